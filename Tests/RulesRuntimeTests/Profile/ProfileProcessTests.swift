import Foundation
import Glibc
import Testing

@Suite("A process writes its profile where RULES_PROFILE_DIR says", .timeLimit(.minutes(20)))
struct ProfileProcessTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What every child has counted: a pool that is gone, 5 firings and a wait, and one that is there,
  /// 2 firings and a wait.
  private let records = """
    task Countdown 0123456789abcdef rules/Countdown.rules
    scope Countdown 2
    state 0 1 2
    state 1 0 7

    """

  /// The profiles in the folder, checked.
  private func profiles() throws -> [String] {
    try folder.list("out").map { name in
      let parts = name.split(separator: "-")
      #expect(name.hasPrefix("profile-child-") && name.hasSuffix(".rulesprofile"), "\(name)")
      let text = try folder.read(folder.path + "/out/" + name)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.first == "swift-rules profile 1")
      try #require(lines.count > 3)
      #expect(lines[1] == "process profile-child \(parts[2])")
      #expect(lines[lines.count - 2].wholeMatch(of: /end [0-9a-f]{16}/) != nil)
      return lines[2..<lines.count - 2].joined(separator: "\n") + "\n"
    }
  }

  private func start(_ arguments: String..., directory: String? = "out") throws -> Child {
    try Child(arguments, profiles: directory.map { folder.path + "/" + $0 })
  }

  @Test("at its end, with the counts of pools that are gone")
  func exit() throws {
    #expect(try start().end() == Child.End(status: 0, output: "", errors: ""))
    #expect(try profiles() == [records])
  }

  @Test("each process to a file of its own")
  func two() throws {
    let (first, second) = (try start(), try start())
    #expect(try [first.end().status, second.end().status] == [0, 0])
    #expect(try profiles() == [records, records])
  }

  @Test("when it gets SIGUSR2, and lives on")
  func signal() throws {
    let child = try start("sleep")
    #expect(child.readLine() == "ready")
    #expect((try? folder.list("out")) == nil)
    child.signal(SIGUSR2)
    for _ in 0..<2_000 where (try? folder.list("out").count) != 1 { usleep(10_000) }
    #expect(try profiles() == [records])
    #expect(try child.end().status == 0)
  }

  @Test(
    "but not when the program handles the signal itself", arguments: ["own-signal", "own-later"])
  func ownSignal(argument: String) throws {
    let child = try start(argument)
    #expect(child.readLine() == "ready")
    child.signal(SIGUSR2)
    #expect(child.readLine() == "mine")
    #expect((try? folder.list("out")) == nil)
    #expect(try child.end().status == 0)
    #expect(try profiles() == [records])
  }

  @Test("and leaves the signal alone when it says nothing", arguments: [nil, ""])
  func unset(directory: String?) throws {
    let child = try Child(["sleep"], profiles: directory)
    #expect(child.readLine() == "ready")
    child.signal(SIGUSR2)
    #expect(try child.end().status == SIGUSR2 + 1000)
    #expect(try folder.list() == [])
  }

  @Test("says in one line that it cannot be written, and goes on")
  func unwritable() throws {
    let child = try start("sleep", directory: "no/such")
    #expect(child.readLine() == "ready")
    child.signal(SIGUSR2)
    usleep(200_000)
    let end = try child.end()
    #expect(end.status == 0)
    #expect(end.errors.split(separator: "\n").count == 1, "\(end.errors)")
    #expect(end.errors.contains("RULES_PROFILE_DIR: cannot make \(folder.path)/no/such: "))
  }
}
