import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("The content hash of a task")
struct ContentHashTests {
  private static let kinds = "enum Kind { small, large }"
  private static let box = """
    import "Kinds.rules"
    task Box {
      fact full : Bool
      define closed = full
      each item : Item in items { fact kind : Kind fact weight : Int }
    }
    """
  private static let truck = """
    import "Box.rules"
    task Truck {
      related box : Box
      each load : Box.item in loads {
        rule R when weight < 10 do x()
        wait W for box.closed when weight >= 10
      }
    }
    """

  private func hash(
    _ task: String, kinds: String = kinds, box: String = box, truck: String = truck,
    more: String? = nil, folder: String = "rules", reversed: Bool = false
  ) throws -> UInt64 {
    var files = [("Kinds", kinds), ("Box", box), ("Truck", truck)]
    if let more { files.append(("More", more)) }
    if reversed { files.reverse() }
    let program = try FlagshipProgram.compile(
      files.map { SourceFile(path: "\(folder)/\($0.0).rules", text: $0.1) })
    return contentHash(of: try #require(program.task(task)), in: program)
  }

  @Test("is FNV-1a of the file when that is all the task sees")
  func value() throws {
    let text = "task T { fact a : Bool goal a }\n"
    let program = try FlagshipProgram.compile([SourceFile(path: "T.rules", text: text)])
    var expected: UInt64 = 14_695_981_039_346_656_037
    for byte in text.utf8 {
      expected ^= UInt64(byte)
      expected = expected &* 1_099_511_628_211
    }
    #expect(contentHash(of: program.tasks[0], in: program) == expected)
  }

  @Test(
    "does not depend on the folder, nor on the order of the files", arguments: ["Box", "Truck"])
  func places(task: String) throws {
    let here = try hash(task)
    #expect(try hash(task, folder: "/somewhere/else") == here)
    #expect(try hash(task, reversed: true) == here)
  }

  @Test("changes with the own file, an enum's, the foreign each's and a related task's")
  func dependencies() throws {
    let here = try hash("Truck")
    #expect(try hash("Truck", truck: Self.truck.replacing("< 10", with: "<= 9")) != here)
    #expect(try hash("Truck", kinds: "enum Kind { large, small }") != here)
    #expect(
      try hash("Truck", box: Self.box.replacing("closed = full", with: "closed = not full")) != here
    )
  }

  @Test("changes when another file cuts an Int of the task further")
  func cuts() throws {
    let more = """
      import "Box.rules"
      task Crane { each hook : Box.item in hooks { rule H when weight < NUMBER do y() goal weight >= NUMBER } }
      """
    let same = try hash("Box", more: more.replacing("NUMBER", with: "10"))
    #expect(try hash("Box") == same)
    #expect(try hash("Box", more: more.replacing("NUMBER", with: "11")) != same)
  }

  @Test("does not change with a file that the task does not see")
  func unseen() throws {
    #expect(try hash("Box") == hash("Box", truck: Self.truck.replacing("rule R", with: "rule R1")))
  }
}
