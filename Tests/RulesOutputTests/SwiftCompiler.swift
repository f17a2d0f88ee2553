import Foundation
import Testing

/// Runs swiftc in a folder of its own, which is removed afterwards.
struct SwiftCompiler: ~Copyable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "swift-rules-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  /// - Returns: what the compiler said; the test fails if it says anything at all.
  func compile(_ arguments: [String]) throws {
    let output = try run(URL(filePath: "/usr/bin/env"), ["swiftc"] + arguments)
    #expect(output.isEmpty, "\(output)")
  }

  func run(_ program: URL, _ arguments: [String] = []) throws -> String {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let output = String(decoding: data, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(arguments.joined(separator: " "))\n\(output)")
    return output
  }

  /// The settings of the package's targets, warnings being errors.
  static let strict = [
    "-swift-version", "6", "-warnings-as-errors", "-enable-upcoming-feature", "ExistentialAny",
    "-enable-upcoming-feature", "MemberImportVisibility", "-package-name", "swift-rules",
  ]
}
