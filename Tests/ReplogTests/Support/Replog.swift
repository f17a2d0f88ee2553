import Foundation
import Glibc

/// Runs the real `replog` that was built beside the test bundle, or another program.
final class ReplogProcess {
  struct Ended {
    var code: Int32
    var output: String
    var errors: String

    /// The lines on stderr.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "replog")

  let process = Process()
  private let folder: URL
  private let input = Pipe()

  /// Starts `replog ARGUMENTS...`; `folder` takes its output and is its `TMPDIR`'s parent.
  /// - Parameters:
  ///   - prefix: a program and its first arguments that becomes replog, such as `nsenter`.
  ///   - program: another one than replog.
  init(
    _ arguments: [String], in folder: URL, input text: Data? = nil, keepInput: Bool = false,
    environment: [String: String] = [:], prefix: [String] = [],
    program: String = executable.path
  ) throws {
    self.folder = folder.appending(path: "process-\(UUID().uuidString)")
    let temporary = self.folder.appending(path: "tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    for name in ["out", "err"] {
      try Data().write(to: self.folder.appending(path: name))
    }
    let words = prefix + [program] + arguments
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TMPDIR": temporary.path]) { $1 }.merging(environment) { $1 }
    let files = try ["out", "err"].map {
      try FileHandle(forWritingTo: self.folder.appending(path: $0))
    }
    process.standardOutput = files[0]
    process.standardError = files[1]
    process.standardInput = input
    try process.run()
    // `Process` keeps them for ever, and a test starts many.
    for file in files { try file.close() }
    if let text {
      let writer = input.fileHandleForWriting
      // A thread, since the pipe may be smaller than the text.
      Thread.detachNewThread {
        try? writer.write(contentsOf: text)
        try? writer.close()
      }
    } else if !keepInput {
      try input.fileHandleForWriting.close()
    }
  }

  deinit { try? input.fileHandleForWriting.close() }

  /// Runs to the end.
  static func run(
    _ arguments: [String], in folder: URL, input: Data? = nil
  ) async throws -> Ended {
    try await ReplogProcess(arguments, in: folder, input: input).end()
  }

  var output: String { text("out") }
  var errors: String { text("err") }

  private func text(_ name: String) -> String {
    (try? String(decoding: Data(contentsOf: folder.appending(path: name)), as: UTF8.self)) ?? ""
  }

  /// The bytes on stdout.
  var outputData: Data { (try? Data(contentsOf: folder.appending(path: "out"))) ?? Data() }

  /// Waits until it has ended by itself; kills it after two minutes.
  func end() async throws -> Ended {
    for _ in 0..<12_000 where process.isRunning {
      try await Task.sleep(for: .milliseconds(10))
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Ended(
      code: signalled ? -process.terminationStatus : process.terminationStatus, output: output,
      errors: errors)
  }

  /// Ends its stdin.
  func closeInput() throws { try input.fileHandleForWriting.close() }

  func write(_ text: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  func signal(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// What is left in its temporary directory.
  var leftFiles: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "tmp").path)) ?? []
  }

  /// Processes that run with this one's temporary directory: itself and its descendants.
  var leftProcesses: [Int32] {
    let mark = Data("TMPDIR=\(folder.appending(path: "tmp").path)\0".utf8)
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.compactMap { Int32($0) }.filter { pid in
      guard let environment = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ")) else {
        return false
      }
      return environment.range(of: mark) != nil
    }
  }
}

/// Waits until `condition` holds, at most a minute.
/// - Returns: whether it came to hold.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<6000 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return false
}
