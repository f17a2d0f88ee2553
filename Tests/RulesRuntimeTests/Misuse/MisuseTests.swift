import Testing

/// Each misuse beside the right way to do the same, so that what is refused is the misuse and not a
/// slip in the example.
@Suite("What breaks a pool's isolation does not compile", .timeLimit(.minutes(20)))
struct MisuseTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var wrong: String
    var right: String
    /// A part of an error.
    var error: String
  }

  private static let shop = """
    final class Lamp: RuleTask {
      let membership = TaskMembership()
      var isOn = false
      var subjectID: UInt64 { 1 }
      var subjectName: String { "lamp" }
      static let ruleTable = RuleTable(task: "Lamp", file: "", contentHash: 0, scopes: [])
      func applyRules(_ turn: inout Turn) {}
    }
    final class Shop { let lamp = Lamp() }

    """

  static let cases = [
    Case(
      testDescription: "A task cannot be taken out of its pool",
      wrong: "func f(_ pool: Pool<Shop>) async throws { _ = try await pool.read { $0.lamp } }",
      right: "func f(_ pool: Pool<Shop>) async throws { _ = try await pool.read { $0.lamp.isOn } }",
      error: "type 'Lamp' does not conform to the 'Sendable' protocol"),
    Case(
      testDescription: "A task cannot leave by a variable outside",
      wrong: """
        func f(_ pool: Pool<Shop>) async throws {
          var lamp: Lamp?
          try await pool.read { lamp = $0.lamp }
          _ = lamp
        }
        """,
      right: """
        func f(_ pool: Pool<Shop>) async throws {
          let isOn = try await pool.read { let lamp = $0.lamp; return lamp.isOn }
          _ = isOn
        }
        """,
      error: "mutation of captured var 'lamp' in concurrently-executing code"),
    Case(
      testDescription: "A task that was made outside cannot be handed in",
      wrong: """
        func f(_ pool: Pool<Shop>) {
          let lamp = Lamp()
          pool.post { _ in lamp.isOn = true }
        }
        """,
      right: """
        func f(_ pool: Pool<Shop>) {
          pool.post { _ in
            let lamp = Lamp()
            lamp.isOn = true
          }
        }
        """,
      error: "capture of 'lamp' with non-Sendable type 'Lamp' in a '@Sendable' closure"),
    Case(
      testDescription: "A task that was made outside cannot be part of the state",
      wrong: """
        func f() async throws -> Pool<Lamp> {
          let lamp = Lamp()
          return try await Pool(name: "p") { core in core.add(lamp); return lamp }
        }
        """,
      right: """
        func f() async throws -> Pool<Lamp> {
          return try await Pool(name: "p") { core in
            let lamp = Lamp()
            core.add(lamp)
            return lamp
          }
        }
        """,
      error: "capture of 'lamp' with non-Sendable type 'Lamp' in a '@Sendable' closure"),
    Case(
      testDescription: "A task of one pool cannot be added to another",
      wrong: """
        func f(_ one: Pool<Shop>, _ other: Pool<PoolCore>) async throws {
          try await one.read { shop in
            let lamp = shop.lamp
            other.post { core in core.add(lamp) }
          }
        }
        """,
      right: """
        func f(_ one: Pool<Shop>, _ other: Pool<PoolCore>) async throws {
          try await one.read { shop in
            let isOn = shop.lamp.isOn
            other.post { core in
              let copy = Lamp()
              copy.isOn = isOn
              core.add(copy)
            }
          }
        }
        """,
      error: "capture of 'lamp' with non-Sendable type 'Lamp' in a '@Sendable' closure"),
    Case(
      testDescription: "An action cannot start a task that reads its state from another thread",
      wrong: "extension Lamp { func act() { Task { isOn = true } } }",
      right: "extension Lamp { func act() { isOn = true } }",
      error: "passing closure as a 'sending' parameter risks causing data races"),
    Case(
      testDescription: "Rules cannot await",
      wrong: """
        func delay() async {}
        extension Lamp { func act(_ turn: inout Turn) { await delay() } }
        """,
      right: """
        func delay() {}
        extension Lamp { func act(_ turn: inout Turn) { delay() } }
        """,
      error: "'async' call in a function that does not support concurrency"),
    Case(
      testDescription: "The core does not leave its thread",
      wrong: "func f(_ pool: Pool<PoolCore>) async throws { _ = try await pool.read { $0 } }",
      right: "func f(_ pool: Pool<PoolCore>) async throws { _ = try await pool.read { $0.name } }",
      error: "type 'PoolCore' does not conform to the 'Sendable' protocol"),
    Case(
      testDescription: "A permit does not leave its pool",
      wrong: """
        func f(_ pool: Pool<Throttle>) async throws {
          _ = try await pool.read { $0.tryTake(for: Lamp()) }
        }
        """,
      right: """
        func f(_ pool: Pool<Throttle>) async throws {
          _ = try await pool.read { $0.tryTake(for: Lamp())?.isGranted }
        }
        """,
      error: "type 'Permit' does not conform to the 'Sendable' protocol"),
    Case(
      testDescription: "A turn cannot be kept",
      wrong: "final class Keeper { var turns: [Turn] = [] }",
      right: "final class Keeper { var turns = 0; func see(_ turn: inout Turn) { turns += 1 } }",
      error: "type 'Turn' does not conform to protocol 'Copyable'"),
  ]

  @Test("The compiler refuses the misuse by name and takes the right way", arguments: cases)
  func refused(_ misuse: Case) throws {
    let errors = try CompilerCheck(Self.shop + misuse.wrong).errors
    #expect(errors.contains { $0.contains(misuse.error) }, "\(errors)")
    #expect(try CompilerCheck(Self.shop + misuse.right).errors == [])
  }
}
