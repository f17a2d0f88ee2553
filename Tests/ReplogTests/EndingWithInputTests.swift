import Foundation
import Glibc
import TestSupport
import Testing

extension EndToEnd {
  @Suite("A command that does not outlive its standard input", .timeLimit(.minutes(20)))
  struct EndingWithInputTests {
    @Test(
      "is the process that was started, is killed when its input ends, and may be killed before",
      arguments: [true, false])
    func ends(withInput: Bool) async throws {
      try await withTemporaryDirectory { folder in
        let command = endingWithInput(["/bin/sleep", "1000"])
        let process = try ReplogProcess(
          Array(command.dropFirst()), in: folder, keepInput: true, program: command[0])
        let name = "/proc/\(process.process.processIdentifier)/comm"
        let isSleep = try await eventually {
          try String(contentsOfFile: name, encoding: .utf8) == "sleep\n"
        }
        #expect(isSleep)
        if withInput { try process.closeInput() } else { process.signal(SIGKILL) }
        #expect(try await process.end().code == -SIGKILL)
      }
    }
  }
}
