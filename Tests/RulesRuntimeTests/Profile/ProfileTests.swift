import Glibc
import Testing

@testable import RulesRuntime

@Suite("The profile of a process")
struct ProfileTests {
  let registry = ProfileRegistry(program: "tests")

  /// The checksum as its authors define it, computed here by itself.
  private func checksum(_ text: Substring) -> String {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in text.utf8 {
      hash ^= UInt64(byte)
      hash = hash &* 1_099_511_628_211
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The lines between the one of the process and the last one.
  private func records(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).dropFirst(2).dropLast()
  }

  private func evaluate(_ words: [UInt64]) {
    let pool = PanelPool<4>(profile: registry)
    for word in words { pool.evaluate(word) }
  }

  @Test("names the process, its tasks and their scopes, and counts states and leaves in order")
  func text() throws {
    let wide = PanelPool<70>(profile: registry)
    wide.evaluate(0xa, 1)
    wide.evaluate(0, 2)
    let panels = PanelPool<4>(profile: registry)
    panels.evaluate(11)
    panels.evaluate(2)
    panels.evaluate(2, fires: true)
    panels.evaluate(16)
    let text = registry.profile.text
    let end = try #require(text.range(of: "end "))
    #expect(
      text[..<end.lowerBound] == """
        swift-rules profile 1
        process tests \(getpid())
        task Panel4 000000000000000a rules/Panel.rules
        scope Panel4 2
        state 2 0 1
        state 2 1 1
        state b 1 1
        overflow 1 1
        task Panel70 000000000000000a rules/Panel.rules
        scope Panel70 2
        state 0:2 1 1
        state a:1 1 1

        """)
    #expect(text[end.lowerBound...] == "end \(checksum(text[..<end.lowerBound]))\n")
  }

  @Test("adds up the pools that are and those that were")
  func sum() {
    evaluate([1, 2])
    evaluate([2])
    let present = PanelPool<4>(profile: registry)
    present.evaluate(2)
    #expect(
      records(registry.profile.text) == [
        "task Panel4 000000000000000a rules/Panel.rules", "scope Panel4 2", "state 1 1 1",
        "state 2 1 3",
      ])
  }

  @Test("does not depend on the order in which pools came and went")
  func order() {
    let other = ProfileRegistry(program: "tests")
    evaluate([1, 2])
    PanelPool<70>(profile: registry).evaluate(3, 4)
    PanelPool<70>(profile: other).evaluate(3, 4)
    for words: [UInt64] in [[2], [1]] {
      let pool = PanelPool<4>(profile: other)
      for word in words { pool.evaluate(word) }
    }
    #expect(registry.profile.text == other.profile.text)
  }

  @Test("counts the pool of a thread when it is shut down, and before")
  func pools() async throws {
    let pool = try await Pool(name: "profiled") { core in Shop(core: core) }
    let before = ProfileRegistry.process.profile.text
    #expect(before.contains("\ntask Counter 0000000000000001 rules/Counter.rules\n"))
    await pool.shutdown()
    #expect(ProfileRegistry.process.profile.text.contains("\ntask Counter 0000000000000001 "))
  }

  @Test("leaves out a table that was not made from rules")
  func handWritten() {
    var table = Counter.ruleTable
    table.contentHash = 0
    registry.register(TaskCounters(table, .states))
    #expect(records(registry.profile.text) == [])
  }

  @Test("keeps a path with a line end in one line")
  func paths() {
    var table = Counter.ruleTable
    table.file = "a\nb"
    let counters = TaskCounters(table, .states)
    registry.register(counters)
    #expect(records(registry.profile.text)[0] == "task Counter 0000000000000001 a b")
  }

  // MARK: - Files

  @Test("is written to a file of its own, replaced when it is written again")
  func file() throws {
    let folder = try TemporaryFolder()
    evaluate([1])
    // The folder is made.
    let directory = folder.path + "/profiles"
    let path = try registry.profile.write(to: directory)
    #expect(path.hasPrefix("\(directory)/tests-\(getpid())-"))
    #expect(path.hasSuffix(".rulesprofile"))
    evaluate([2])
    #expect(try registry.profile.write(to: directory) == path)
    #expect(try folder.list("profiles") == [String(path.dropFirst(directory.count + 1))])
    #expect(try folder.read(path) == registry.profile.text)
  }

  @Test("is written without being asked for only when something was counted since")
  func unchanged() throws {
    let folder = try TemporaryFolder()
    let writer = ProfileWriter(registry, directory: folder.path)
    writer.write(evenIfUnchanged: false)
    #expect(try folder.list() == [])
    evaluate([1])
    writer.write(evenIfUnchanged: false)
    let names = try folder.list()
    #expect(names.count == 1)
    unlink(folder.path + "/" + names[0])
    writer.write(evenIfUnchanged: false)
    #expect(try folder.list() == [])
    evaluate([1])
    writer.write(evenIfUnchanged: false)
    #expect(try folder.list() == names)
    unlink(folder.path + "/" + names[0])
    writer.write()
    #expect(try folder.list() == names)
  }

  @Test("says which directory cannot be written, and why", arguments: ["file", "missing/deep"])
  func unwritable(name: String) throws {
    let folder = try TemporaryFolder()
    close(open(folder.path + "/file", O_CREAT | O_WRONLY, 0o600))
    let error = #expect(throws: ProfileError.self) {
      try registry.profile.write(to: folder.path + "/" + name)
    }
    let reason = name == "file" ? "Not a directory" : "No such file or directory"
    #expect(error?.description.contains(folder.path + "/" + name) == true)
    #expect(error?.description.hasSuffix(": \(reason)") == true)
  }
}
