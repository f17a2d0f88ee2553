import RulesAnalysis
import RulesOutput
import Testing

@Suite("Profiles are added up, and only those of the same rules")
struct RecordingTests {
  /// `wanted, on, broken` of a lamp.
  private let lamp = ProfileText.lamp

  private func problem(_ text: ProfileText, _ bytes: [UInt8]) throws -> String? {
    let profile = try parseProfile(bytes)
    var recordings = [Recording(of: text.program, text.analysis)]
    do {
      try add(profile, to: &recordings)
      return nil
    } catch {
      #expect(recordings[0].scopes.allSatisfy { $0.states.isEmpty && $0.overflow.isEmpty })
      #expect(recordings[0].profileCount == 0)
      return error.message
    }
  }

  @Test("counts of one state in several profiles are added")
  func adds() throws {
    let text = try ProfileText(lamp)
    let a = try text.bytes("Lamp", [([0, 0, 0], 3), ([1, 0, 0], 1)], more: "overflow 3 5\n")
    let b = try text.bytes("Lamp", [([0, 0, 0], 4)], more: "overflow 3 6\n")
    let recording = try text.recording([a, b])
    #expect(recording.profileCount == 2)
    #expect(recording.scopes[0].states.values.sorted() == [1, 7])
    #expect(recording.scopes[0].overflow == [3: 11])
  }

  @Test("a sum that is too large stays at the greatest number")
  func saturates() throws {
    let text = try ProfileText(lamp)
    let half = try text.bytes("Lamp", [([0, 0, 0], .max - 1)])
    let recording = try text.recording([half, half])
    #expect(Array(recording.scopes[0].states.values) == [.max])
  }

  @Test("a profile of the same task with other rules is stale")
  func stale() throws {
    let text = try ProfileText(lamp)
    let bytes = try text.bytes("Lamp", [([0, 0, 0], 1)], hash: 0xabc, path: "old/T.rules")
    let hash = try #require(recordedTasks(text.program, text.analysis).first?.contentHash)
    #expect(
      try problem(text, bytes)
        == "it is stale: Lamp was 0000000000000abc when it was recorded (old/T.rules), and is "
        + "\(String(hash, radix: 16)) now")
  }

  @Test("tasks of other programs are left out, also those of the same name in another file")
  func foreign() throws {
    let text = try ProfileText(lamp)
    let other = try text.bytes("Lamp", [([0, 0, 0], 1)], hash: 0xabc, path: "x/Other.rules")
    #expect(try problem(text, other) == nil)
    let unknown = ProfileText.sealed(
      "swift-rules profile 1\nprocess a 1\ntask Other 0000000000000abc T.rules\nscope Other 1\n"
        + "state 1 0 1\n")
    #expect(try problem(text, unknown) == nil)
    let recording = try text.recording([other, unknown])
    #expect(recording.profileCount == 0 && recording.scopes[0].states.isEmpty)
  }

  @Test("of several rule sets with a task of one name, each gets its own")
  func severalSets() throws {
    let first = try ProfileText(lamp)
    let second = try ProfileText(lamp.replacing("it is dark", with: "it is night"))
    var recordings = [first, second].map { Recording(of: $0.program, $0.analysis) }
    try add(try parseProfile(try first.bytes("Lamp", [([0, 0, 0], 2)])), to: &recordings)
    #expect(recordings.map { Array($0.scopes[0].states.values) } == [[2], []])
    #expect(recordings.map(\.profileCount) == [1, 0])
  }

  @Test("records that the rules cannot have left are refused")
  func impossible() throws {
    let text = try ProfileText(lamp)
    let hash = try #require(recordedTasks(text.program, text.analysis).first?.contentHash)
    let digits = String(hash, radix: 16)
    let head =
      "swift-rules profile 1\nprocess a 1\ntask Lamp "
      + String(repeating: "0", count: 16 - digits.count) + digits + " T.rules\n"
    func problem(_ records: String) throws -> String? {
      try self.problem(text, ProfileText.sealed(head + records))
    }
    // Leaves: Light, Dim, Repair, goal, unhandled.
    #expect(try problem("scope Lamp 5\nstate 1 0 1\n") == nil)
    #expect(try problem("scope Lamp 5\nstate 8 0 1\n") == "8 is no state of Lamp")
    #expect(try problem("scope Lamp 5\nstate 1:0 0 1\n") == "1:0 is no state of Lamp")
    #expect(try problem("scope Lamp 5\nstate 1 1 1\n") == "state 1 of Lamp cannot end in Dim")
    #expect(try problem("scope Lamp 6\nstate 1 0 1\n") == "Lamp has 5 leaves, and not 6")
    #expect(
      try problem("scope Lamp.bulb 5\nstate 1 0 1\n") == "the rules of Lamp have no scope Lamp.bulb"
    )
  }
}
