import Foundation
import Glibc
import Testing

/// A running `profile-child`.
final class Child {
  struct End: Equatable {
    /// The exit status, or 1,000 and the signal.
    var status: Int32
    var output: String
    var errors: String
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()

  /// - Parameters:
  ///   - profiles: `RULES_PROFILE_DIR`
  ///   - traces: `RULES_TRACE_DIR`
  init(_ arguments: [String], profiles: String? = nil, traces: String? = nil) throws {
    process.executableURL = try Self.findExecutable()
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["RULES_PROFILE_DIR"] = profiles
    environment["RULES_TRACE_DIR"] = traces
    // Seconds for a backtrace that nobody reads.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Beside the tests, wherever the build system has put these.
  private static func findExecutable() throws -> URL {
    for path in CommandLine.arguments + [Bundle.main.bundlePath] {
      var folder = URL(filePath: path).standardizedFileURL
      while folder.pathComponents.count > 1 {
        folder.deleteLastPathComponent()
        let candidate = folder.appending(path: "profile-child")
        if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      }
    }
    throw CocoaError(.fileNoSuchFile)
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// The next line, or what there is of it after 20 s.
  func readLine() -> String {
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      var interest = pollfd(
        fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&interest, 1, 20_000) == 1,
        let byte = (try? output.fileHandleForReading.read(upToCount: 1))?.first
      else { break }
      line.append(byte)
    }
    return String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// Waits for its end.
  /// - Parameter byInput: ends its input first.
  func end(byInput: Bool = true) throws -> End {
    if byInput { try input.fileHandleForWriting.close() }
    process.waitUntilExit()
    let status = process.terminationStatus
    return End(
      status: process.terminationReason == .exit ? status : status + 1_000,
      output: try text(output), errors: try text(errors))
  }

  private func text(_ pipe: Pipe) throws -> String {
    String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }
}
