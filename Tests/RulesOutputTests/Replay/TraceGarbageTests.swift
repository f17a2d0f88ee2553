import RulesAnalysis
import RulesLanguage
import Testing

@testable import RulesOutput

/// Numbers that look random, the same ones for a seed.
private struct Noise: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }
}

@Suite("Damaged traces")
struct TraceGarbageTests {
  private let rules = """
    enum Bulb { good, broken }
    task Lamp {
      fact wanted, on : Bool
      fact bulb : Bulb
      fact 0 <= n <= 9 : Int
      rule Light when wanted, not on, bulb == good, n < 5 do light() then on = true
      goal not wanted or on or bulb == broken or n >= 5
    }
    """
  private let lines = [
    "swift-rules trace 2",
    "process house 42",
    "pool lamps",
    "task 0 Lamp 00000000000000aa Lamp.rules",
    "scope 0 0 Lamp 3",
    "fact 0 0 0 1 wanted | false | true",
    "fact 0 0 1 1 on | false | true",
    "fact 0 0 2 1 bulb | good | broken",
    "fact 0 0 3 1 n | ...4 | 5...",
    "leaf 0 0 0 rule 6 Light",
    "leaf 0 0 1 goal 7 goal",
    "subject 7 lamp of the kitchen",
    "lost 2",
    "fire 2 1000000000 0 0 7 0 1 1 reply 1 1",
    "fire 3 1500000000 0 0 7 0 1:2 ? firing 2 0",
    "now 0 0 7 1 3",
  ]

  private func text(_ lines: [String]) -> String {
    let text = lines.map { $0 + "\n" }.joined()
    var hash = Fnv1a()
    hash.add(text.utf8)
    return text + "end \(paddedHexadecimal(hash.value))\n"
  }

  @Test("with a right hash are refused with a line, or replayed: nothing traps", arguments: 0..<300)
  func mutated(seed: UInt64) throws {
    var random = Noise(seed: seed)
    let words = [
      "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "63",
      "64", "1000000", "xyz", "", "|", "ffffffffffffffff", "0:0:0", "\\", "fact", "fire", "Lamp",
      "?", "-", "signal",
      "cause", "reply",
    ]
    var lines = lines
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let index = Int.random(in: 1..<lines.count, using: &random)
      var parts = lines[index].split(separator: " ").map(String.init)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: lines.remove(at: index)
      case 1: lines.insert(lines[index], at: Int.random(in: 1...lines.count, using: &random))
      default:
        let part = Int.random(in: 0..<parts.count, using: &random)
        parts[part] = words.randomElement(using: &random) ?? ""
        lines[index] = parts.joined(separator: " ")
      }
    }
    let program = try FlagshipProgram.compile([SourceFile(path: "Lamp.rules", text: rules)])
    do {
      let trace = try parseTrace(text(lines))
      let report = try replay(trace, program)
      #expect(replayText(report, listed: 20, hasStates: true).hasSuffix("\n"))
      #expect(!replayJSON(report, listed: 20).compactText.isEmpty)
      #expect(!chromeTrace(trace).compactText.isEmpty)
      for sequence in [2, 3] as [UInt64] {
        if let chain = try? trace.causality(of: sequence) {
          #expect(causalityText(chain, trace).hasSuffix("\n"))
        }
      }
    } catch let error as TraceFormatError {
      #expect((1...(lines.count + 2)).contains(error.line), "\(error)")
    } catch is ReplayError {
      // It says no facts, and the rules are others.
    }
  }

  @Test("that promise what cannot be are refused where they do")
  func bounds() throws {
    func refusal(_ line: String, at index: Int) -> TraceFormatError? {
      var changed = lines
      changed.insert(line, at: index)
      do throws(TraceFormatError) {
        _ = try parseTrace(text(changed))
        return nil
      } catch { return error }
    }
    #expect(
      refusal("fact 0 0 64 1 far | false | true", at: 14)
        == TraceFormatError(line: 15, message: "a fact stands behind firings"))
    #expect(
      refusal("fact 0 0 64 1 far | false | true", at: 9)
        == TraceFormatError(line: 15, message: "the state has too few words"))
    #expect(
      refusal("scope 0 1 Lamp.e -1", at: 5)
        == TraceFormatError(line: 6, message: "-1 leaves cannot be"))
    #expect(
      refusal("fact 0 0 60 8 far | a | b", at: 9)
        == TraceFormatError(line: 10, message: "this is no fact of a state word"))
    #expect(
      refusal("fire 2 0 0 0 7 0 1 ? firing - 0", at: 15)
        == TraceFormatError(line: 16, message: "firings are not in order"))
  }

  @Test("cut anywhere or changed in any byte are refused", arguments: 0..<100)
  func damaged(seed: UInt64) {
    var random = Noise(seed: seed)
    let whole = Array(text(lines).utf8)
    let cut = whole.prefix(Int.random(in: 0..<whole.count, using: &random))
    #expect(throws: TraceFormatError.self) { try parseTrace(String(decoding: cut, as: UTF8.self)) }
    var changed = whole
    changed[Int.random(in: changed.indices, using: &random)] ^= 1
    #expect(throws: TraceFormatError.self) {
      try parseTrace(String(decoding: changed, as: UTF8.self))
    }
  }
}

@Suite("Recorded values and today's")
struct MatchedValueTests {
  @Test("an interval of an Int may be any that has a number in common with it")
  func intervals() throws {
    let program = try FlagshipProgram.compile([
      SourceFile(
        path: "T.rules",
        text: """
          task T {
            fact 0 <= n <= 9 : Int
            rule R when n < 3 do x() then n = any
            goal n >= 3, n < 6
            goal n >= 6
          }
          """)
    ])
    func cube(_ values: [String]) throws -> [[Int]] {
      let scope = RecordedTrace.Scope(
        name: "T", leafCount: 1,
        facts: [RecordedTrace.Fact(name: "n", values: values, shift: 0, width: 2)])
      let matched = MatchedScope(scope, try StepCheck(program, scope: "T"))
      return values.indices.map { matched.cube(of: [UInt64($0)]).values[0] }
    }
    #expect(try cube(["0...2", "3...5", "6...9"]) == [[0], [1], [2]])
    #expect(try cube(["0...4", "5", "6...", "any"]) == [[0, 1], [1], [2], [0, 1, 2]])
    #expect(try cube(["not read", "blue"]) == [[0, 1, 2], [0, 1, 2]])
  }
}
