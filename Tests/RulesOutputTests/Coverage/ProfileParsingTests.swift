import Testing

@testable import RulesOutput

@Suite("Profiles are read whole or not at all")
struct ProfileParsingTests {
  private static let lines = """
    swift-rules profile 1
    process replog 4711
    task Segment 4773ccb57e9aa3b8 rules/My Log/Segment.rules
    scope Segment.replica 18
    state 4f 2 120
    state 1:0:ff 3 1
    overflow 2 17

    """

  private func problem(_ bytes: [UInt8]) -> String? {
    do {
      _ = try parseProfile(bytes)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("every record is read")
  func records() throws {
    let profile = try parseProfile(ProfileText.sealed(Self.lines))
    #expect(profile.process == "replog 4711")
    let task = try #require(profile.tasks.first)
    #expect(task.name == "Segment" && task.contentHash == 0x4773_ccb5_7e9a_a3b8)
    #expect(task.path == "rules/My Log/Segment.rules")
    let scope = try #require(task.scopes.first)
    #expect(scope.name == "Segment.replica" && scope.leafCount == 18)
    #expect(
      scope.states == [
        .init(words: [0x4f], leaf: 2, count: 120), .init(words: [1, 0, 0xff], leaf: 3, count: 1),
      ])
    #expect(scope.overflow == [.init(leaf: 2, count: 17)])
  }

  @Test("a process that evaluated nothing has a profile too")
  func nothing() throws {
    let profile = try parseProfile(
      ProfileText.sealed("swift-rules profile 1\nprocess replog 4711\n"))
    #expect(profile.tasks == [])
  }

  @Test("a file cut off anywhere is refused")
  func truncated() {
    let whole = ProfileText.sealed(Self.lines)
    for length in whole.indices {
      #expect(problem(Array(whole[..<length])) != nil, "\(length) bytes")
    }
    #expect(problem(Array(Self.lines.utf8)) == "it is cut off: no `end` line")
    #expect(problem(Array(whole.dropLast())) == "it is cut off in its last line")
    #expect(problem([]) == "it is empty")
  }

  @Test("a file with one changed byte is refused")
  func changed() {
    let whole = ProfileText.sealed(Self.lines)
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 1
      #expect(problem(bytes) != nil, "byte \(index)")
    }
    var bytes = whole
    bytes[whole.count / 2] ^= 1
    #expect(problem(bytes) == "it is damaged: its checksum is not that of its content")
  }

  @Test("nothing may stand behind the end")
  func trailing() {
    let whole = ProfileText.sealed(Self.lines)
    #expect(problem(whole + Array("x".utf8)) == "something stands behind its `end` line")
    #expect(problem(whole + whole) == "something stands behind its `end` line")
  }

  @Test("other files, and later versions, are told apart")
  func headers() {
    #expect(problem(Array("hello\n".utf8)) == "it does not begin with `swift-rules profile 1`")
    #expect(
      problem(ProfileText.sealed("swift-rules profile 2\nprocess a 1\n"))
        == "it is of version 2, and only version 1 is known")
    #expect(
      problem(ProfileText.sealed("swift-rules trace 1\nprocess a 1\n"))
        == "it does not begin with `swift-rules profile 1`")
  }

  @Test(
    "with a right checksum, a wrong record is named by its line",
    arguments: [
      ("state 4f 18 1", "line 5: there is no leaf 18 among 18"),
      ("overflow 99 1", "line 5: there is no leaf 99 among 18"),
      ("state 4F 2 1", "line 5: this is no state word"),
      ("state 04 2 1", "line 5: this is no state word"),
      ("state 1ffffffffffffffff 2 1", "line 5: this is no state word"),
      ("state : 2 1", "line 5: this is no state word"),
      ("state 4f 2 0", "line 5: a count is a number above 0 that fits 64 bits"),
      ("state 4f 2 -1", "line 5: a count is a number above 0 that fits 64 bits"),
      (
        "state 4f 2 18446744073709551616",
        "line 5: a count is a number above 0 that fits 64 bits"
      ),
      ("state 4f x 1", "line 5: a number is wrong"),
      ("state 4f 2", "line 5: this is no record of a profile"),
      ("state  4f 2 1", "line 5: this is no record of a profile"),
      ("hello", "line 5: this is no record of a profile"),
      ("", "line 5: this is no record of a profile"),
      ("task T 12 a.rules", "line 5: a task has a hash of 16 hexadecimal digits"),
    ])
  func wrongRecord(line: String, message: String) {
    let lines = Self.lines.split(separator: "\n").prefix(4).joined(separator: "\n")
    #expect(problem(ProfileText.sealed(lines + "\n" + line + "\n")) == message)
  }

  @Test("records stand where they belong")
  func order() {
    let head = "swift-rules profile 1\n"
    #expect(problem(ProfileText.sealed(head)) == "its `process` line is missing")
    #expect(
      problem(ProfileText.sealed(head + "process a 1\nscope A 1\n"))
        == "line 3: a scope belongs to a task")
    #expect(
      problem(ProfileText.sealed(head + "process a 1\nstate 1 0 1\n"))
        == "line 3: a record belongs to a scope")
  }
}
