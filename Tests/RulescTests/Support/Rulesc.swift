import Foundation
import Glibc
import Testing

/// What one run of the command gave.
struct Run {
  var status: Int32
  var output: String
  var errors: String

  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
}

/// A new folder with files in it, removed at the end, in which the built `rulesc` runs.
final class Workplace {
  let folder: URL

  init(_ files: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "rulesc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      Issue.record("cannot remove \(folder.path): \(error)")
    }
  }

  func write(_ text: String, to name: String) throws {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Names of what is in a folder, sorted; empty when there is no such folder.
  func list(_ name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: name).path)) ?? []).sorted()
  }

  /// Runs the command here and waits for its end.
  func run(_ arguments: String...) throws -> Run { try run(arguments, input: nil) }

  /// The built command.
  static func rulesc() throws -> URL {
    try #require(findRulesc(), "rulesc is not built beside the tests")
  }

  /// - Parameter input: the file of this folder that is standard input; nil: none.
  func run(_ arguments: [String], input: String?) throws -> Run {
    let process = Process()
    process.executableURL = try Self.rulesc()
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Files, not pipes: a full pipe would block the command while nobody reads.
    let output = folder.appending(path: ".stdout-\(UUID().uuidString)")
    let errors = folder.appending(path: ".stderr-\(UUID().uuidString)")
    for url in [output, errors] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput =
      try input.map { try FileHandle(forReadingFrom: folder.appending(path: $0)) }
      ?? FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    defer { for url in [output, errors] { try? FileManager.default.removeItem(at: url) } }
    return Run(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

extension Workplace {
  /// Runs the command here with a terminal as its standard error.
  ///
  /// - Returns: what it wrote there, with plain line ends.
  func runOnTerminal(_ arguments: String..., environment: [String: String]) throws -> String {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    #expect(terminal >= 0)
    defer { close(terminal) }
    // TIOCSPTLCK unlocks the other end, TIOCGPTN gives its number; their names are macros.
    var locked: Int32 = 0
    var number: Int32 = 0
    #expect(ioctl(terminal, 0x4004_5431, &locked) == 0)
    #expect(ioctl(terminal, 0x8004_5430, &number) == 0)
    let name = "/dev/pts/\(number)"
    let other = open(name, O_RDWR | O_NOCTTY)
    #expect(other >= 0)

    let process = Process()
    process.executableURL = try Self.rulesc()
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    try process.run()
    process.waitUntilExit()
    // A few lines, which the terminal holds until they are read.
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(terminal, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
      .replacing("\r\n", with: "\n")
  }
}

/// The command beside the test bundle, which some argument of this process names, or beside this
/// process itself.
private func findRulesc() -> URL? {
  for argument in CommandLine.arguments + [Bundle.main.bundlePath] {
    var folder = URL(filePath: argument).standardizedFileURL
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      let candidate = folder.appending(path: "rulesc")
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder),
        !isFolder.boolValue
      {
        return candidate
      }
    }
  }
  return nil
}

/// The rules of Figure 2 with what makes them complete, to be copied and broken. The replicated log
/// has more of them.
func flagshipRules(_ name: String) throws -> String {
  try fileOfThePackage("Tests/Fixtures/Figure2/\(name).rules")
}

/// The text of a file of this repository.
func fileOfThePackage(_ path: String) throws -> String {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  return try String(contentsOf: root.appending(path: path), encoding: .utf8)
}
