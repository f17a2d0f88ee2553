import Foundation
import Testing

/// Has the compiler check a piece of code that uses the runtime, as a package of somebody else would be built.
struct CompilerCheck {
  /// The errors, without their places.
  let errors: [String]

  init(_ code: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).swift")
    let text = "import RulesRuntime\n" + code
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      // Up to and with the passes that follow values from one isolation to another.
      "swiftc", "-emit-sil", "-o", "/dev/null", "-swift-version", "6", "-parse-as-library", "-I",
      try Self.findModules().path, file.path,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(
      decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    errors = output.split(separator: "\n").compactMap { line in
      line.hasPrefix(file.path) ? line.split(separator: " error: ").dropFirst().last : nil
    }.map(String.init)
    // That the compiler did not even get to the code must not look like a finding.
    let isAsItSays = (process.terminationStatus == 0) == errors.isEmpty
    try #require(isAsItSays, "\(output)")
  }

  /// The folder of the modules that this build has made, beside the tests.
  private static func findModules() throws -> URL {
    for path in CommandLine.arguments + [Bundle.main.bundlePath] {
      var folder = URL(filePath: path).standardizedFileURL
      while folder.pathComponents.count > 1 {
        folder.deleteLastPathComponent()
        for candidate in [folder.appending(path: "Modules"), folder] {
          let module = candidate.appending(path: "RulesRuntime.swiftmodule").path
          if FileManager.default.fileExists(atPath: module) { return candidate }
        }
      }
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
