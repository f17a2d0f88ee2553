import Foundation
import Testing

@Suite("rulesc starts fast")
struct StartTests {
  /// Foundation would make every start two to three times as long.
  @Test("the executable links no Foundation, and nothing of ICU")
  func libraries() throws {
    let tool = URL(filePath: "/usr/bin/ldd")
    guard FileManager.default.isExecutableFile(atPath: tool.path) else { return }
    let process = Process()
    process.executableURL = tool
    process.arguments = [try Workplace.rulesc().path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let libraries = String(decoding: data, as: UTF8.self)
    #expect(libraries.contains("libc.so"))
    #expect(!libraries.contains("Foundation") && !libraries.lowercased().contains("icu"))
  }
}
