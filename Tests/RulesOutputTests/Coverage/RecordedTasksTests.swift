import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("State words and leaves, as reports read them")
struct RecordedTasksTests {
  private func recorded(_ text: String) throws -> RecordedTask {
    let (program, analysis) = try analysed(text)
    return try #require(recordedTasks(program, analysis).first)
  }

  @Test("every state of a scope has its own words, which give it back")
  func roundTrip() throws {
    let program = try FlagshipProgram.load()
    let analysis = analyse(program)
    for task in recordedTasks(program, analysis) {
      for scope in task.scopes {
        var seen: Set<[UInt64]> = []
        var count = 0
        forEachState(of: analysis.scopes[scope.index].partition) { state in
          let words = scope.layout.pack(state)
          #expect(scope.layout.unpack(words) == state)
          seen.insert(words)
          count += 1
        }
        #expect(seen.count == count)
      }
    }
  }

  @Test("words that no state has are refused")
  func refused() throws {
    let layout = try recorded(
      "enum E { x, y, z } task T { fact a : Bool fact e : E goal a, e == x }"
    ).scopes[0].layout
    #expect(layout.unpack([0b101]) == [1, 2])
    #expect(layout.unpack([0b111]) == nil)
    #expect(layout.unpack([0b1101]) == nil)
    #expect(layout.unpack([0, 0]) == nil)
    #expect(layout.unpack([]) == nil)
  }

  @Test("a lazy fact that was not read has no value")
  func lazy() throws {
    let layout = try recorded(
      "task T { fact a : Bool lazy fact b : Bool rule R when a, b do x() goal not a or not b }"
    ).scopes[0].layout
    #expect(layout.unpack([0b100]) == [0, nil])
    #expect(layout.pack([1, nil]) == [0b101])
    #expect(layout.unpack([0b110]) == nil)
  }

  @Test("facts that fill a word go on in the next")
  func wide() throws {
    let names = (0..<70).map { "f\($0)" }.joined(separator: ", ")
    let layout = try recorded("task T { fact \(names) : Bool goal f69 }").scopes[0].layout
    var state = Array(repeating: 0, count: 70)
    (state[0], state[69]) = (1, 1)
    #expect(layout.wordCount == 2)
    #expect(layout.pack(state) == [1, 1 << 5])
    #expect(layout.unpack([1, 1 << 5]) == state)
  }

  @Test("leaves have the numbers of the generated table")
  func leaves() throws {
    let program = try FlagshipProgram.load()
    let analysis = analyse(program)
    let files = generateSwift(program, analysis, options: FlagshipProgram.options)
    let segment = try #require(recordedTasks(program, analysis).first { $0.name == "Segment" })
    let leaves = segment.scopes[0].leaves
    let text = try #require(files.first { $0.name == "Segment.rules.swift" }).text
    let table = text.matches(of: /\.init\("([^"]*)", \.([a-z]*), line: ([0-9]+)/)
    #expect(table.map { String($0.1) } == leaves.leaves.map(\.name))
    #expect(table.map { String($0.2) } == leaves.leaves.map(\.kind))
    #expect(table.map { Int($0.3) } == leaves.leaves.map(\.line))
    #expect(leaves.leaves(of: .rule(2)).map { leaves.leaves[$0].name } == ["R4"])
    #expect(leaves.leaves[leaves.unhandled].name == "unhandled")
    #expect(leaves.leaves(of: .broken).map { leaves.leaves[$0].line } == [24, 26, 27, 28, 29])
    #expect(text.contains("contentHash: 0x\(hexadecimal(segment.contentHash)),"))
  }

  private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    let padded = Array(String(repeating: "0", count: 16 - digits.count) + digits)
    return stride(from: 0, to: 16, by: 4).map { String(padded[$0..<$0 + 4]) }.joined(separator: "_")
  }
}
