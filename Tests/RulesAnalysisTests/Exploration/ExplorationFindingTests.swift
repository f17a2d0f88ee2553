import RulesAnalysis
import RulesLanguage
import Testing

@Suite("What exploring finds")
struct ExplorationFindingTests {
  private func finding(_ code: String, _ text: String) throws -> Diagnostic {
    let diagnostics = try analyse(text).diagnostics
    return try #require(
      diagnostics.first { $0.code == code }, "only \(diagnostics.map(\.code)) were found")
  }

  private func notes(_ diagnostic: Diagnostic) -> [String] {
    diagnostic.notes.map { "\($0.title) \($0.text)" }
  }

  @Test("a wait for an event that cannot happen while it waits never ends")
  func endlessWait() throws {
    let wait = try finding(
      "wait-never-ends",
      """
      task T {
        fact busy, asked : Bool  initially false
        rule R1 when not asked do ask() then asked = true
        wait W1 for answer when asked, not busy
        goal busy
        event answer fair when busy then asked = false
      }
      """)
    #expect(wait.severity == .error)
    #expect(wait.position == SourcePosition(file: 0, line: 4, column: 8))
    #expect(wait.message == "nothing ends wait W1: answer never comes while it waits")
    #expect(
      notes(wait) == [
        "start all facts as `initially` says", "step 1. R1: asked", "there not busy, asked",
      ])
  }

  @Test("a rule without a possible outcome is found in the state in which it fires")
  func impossibleEffect() throws {
    let effect = try finding(
      "effect-impossible",
      """
      task T {
        fact sent <= appended : Int  initially 0
        rule R1 when sent == appended do send() then sent = any in (sent, appended]
        goal sent < appended
        event append then appended = any in (appended, max]
      }
      """)
    #expect(effect.severity == .error)
    #expect(effect.position == SourcePosition(file: 0, line: 3, column: 8))
    #expect(
      effect.message
        == "R1 fires in a state in which nothing that its `then` says can happen")
  }

  @Test("a goal that can be lost, though something always happens, is unreachable")
  func unreachableGoal() throws {
    let text = """
      enum Phase { start, left, right, done }
      task T {
        fact phase : Phase  initially start
        rule R1 when phase == start do go() then phase = done or phase = left
        rule R2 when phase == left do go() then phase = right
        rule R3 when phase == right do go() then phase = left
        goal phase == done
      }
      """
    let goal = try finding("unreachable-goal", text)
    #expect(goal.severity == .error)
    #expect(goal.position == SourcePosition(file: 0, line: 7, column: 3))
    #expect(
      notes(goal) == [
        "start all facts as `initially` says",
        "step 1. R1: phase == left; from here the goal is out of reach",
        "there phase == left",
        "stuck R2 fires in 1 state, after R1",
        "stuck R3 fires in 1 state, after R1, R2",
      ])
    let busy = try finding("busy-loop", text)
    #expect(busy.position == SourcePosition(file: 0, line: 5, column: 8))
    #expect(
      notes(busy) == [
        "start all facts as `initially` says", "step 1. R1: phase == left",
        "again R2: phase == right", "again R3: phase == left",
      ])
  }

  @Test("a pool's policy sets the severity of stalls and unreachable goals")
  func policies() throws {
    func codes(_ policy: String) throws -> [String] {
      let text = """
        task T {
          fact asked, answered : Bool  initially false
          rule R1 when not asked, not answered do ask() then asked = true
          wait W1 for answer when asked, not answered
          goal answered
          event answer when asked then answered = true
        }
        pool P { task T \(policy) }
        """
      return try analyse(text).diagnostics.map { "\($0.code) \($0.severity)" }
    }
    #expect(try codes("") == ["stall error"])
    #expect(try codes("policy stall warn") == ["stall warning"])
    #expect(try codes("policy stall allow") == [])
  }

  @Test("a promise that a rule breaks is a warning at the rule")
  func brokenPromise() throws {
    let broken = try finding(
      "stable-broken",
      """
      task T {
        stable fact closed : Bool  initially false
        fact open : Bool  initially true
        rule R1 when not closed do close() then closed = true
        rule R2 when closed, open do reopen() then closed = false, open = false
        goal closed, not open
      }
      """)
    #expect(broken.severity == .warning)
    #expect(broken.position == SourcePosition(file: 0, line: 5, column: 8))
    #expect(
      notes(broken) == [
        "start all facts as `initially` says", "step 1. R1: closed",
        "step 2. R2: not closed, not open",
      ])
  }

  @Test("a rule that no reachable state needs is a warning")
  func unreached() throws {
    let unreached = try finding(
      "unreached",
      """
      task T {
        fact a : Bool  initially false
        fact b : Bool  initially false
        rule R1 when not a, not b do act() then a = true
        rule R2 when b do act() then b = false
        goal a, not b
      }
      """)
    #expect(unreached.severity == .warning)
    #expect(unreached.position == SourcePosition(file: 0, line: 5, column: 8))
  }

  @Test("a scope with too many initial states is not explored, and a warning says so")
  func budget() throws {
    let facts = (0..<20).map { "f\($0)" }
    let text = """
      task T {
        fact \(facts.joined(separator: ", ")) : Bool
        rule R1 when f0 do act() then f0 = false
        goal not f0
      }
      """
    let analysis = try analyse(text)
    #expect(analysis.scopes.first?.exploration == nil)
    let budget = try #require(analysis.diagnostics.first { $0.code == "budget" })
    #expect(budget.severity == .warning)
    #expect(budget.position == SourcePosition(file: 0, line: 1, column: 6))
    #expect(
      budget.message
        == "what T can reach is not known: it has more than 100000 initial states")
  }

  @Test("of a large scope of which nothing says how it changes, no exploration is missed")
  func static_() throws {
    let facts = (0..<20).map { "f\($0)" }
    let analysis = try analyse(
      """
      task T {
        fact \(facts.joined(separator: ", ")) : Bool
        rule R1 when f0 do act()
        goal not f0
      }
      """)
    #expect(analysis.scopes.first?.exploration == nil)
    #expect(!analysis.diagnostics.contains { $0.code == "budget" })
  }
}

@Suite("Who is who in an explore")
struct ExploreBindingTests {
  private static let tasks = """
    task Server {
      fact up : Bool  initially true
      goal up
      event crash when up then up = false
      event restart fair when not up then up = true
    }
    task Client {
      related server : Server
      fact served : Bool  initially false
      rule R1 when not served, server.up do call() then served = true
      wait W1 for server.up when not served, not server.up
      goal served
    }

    """

  private func pool(_ explore: String) throws -> Analysis {
    try analyse(Self.tasks + "pool P { task Server task Client explore \(explore) }")
  }

  @Test("the only server serves every client; with as many servers as clients, each has its own")
  func bindings() throws {
    let shared = try #require(try pool("Server, Client * 2").explorations.first)
    #expect(shared.instances == ["Server 1", "Client 1", "Client 2"])
    #expect(shared.result?.states == 8)
    let paired = try #require(try pool("Server * 2, Client * 2").explorations.first)
    #expect(paired.result?.states == 16)
    #expect(paired.result?.stuck == 0)
  }

  @Test("a server that is not explored is the environment's")
  func environment() throws {
    let alone = try #require(try pool("Client").explorations.first)
    #expect(alone.result?.states == 4)
    #expect(alone.result?.initial == 2)
    #expect(alone.result?.goal == 2)
  }

  @Test("two servers for three clients: it is not said who serves whom")
  func unbound() throws {
    let analysis = try pool("Server * 2, Client * 3")
    let unbound = try #require(analysis.diagnostics.first { $0.code == "explore-unbound" })
    #expect(unbound.severity == .error)
    #expect(unbound.position.column == 54)
    #expect(analysis.explorations.first?.result == nil)
  }

  @Test("a define that depends on itself through a ring of links has no value")
  func circular() throws {
    let analysis = try analyse(
      """
      task Node {
        fact done : Bool  initially false
        related a : Peer
        define ready = done, a.ready
        rule R1 when not ready, not done do act() then done = true
        goal done
      }
      task Peer {
        related b : Node
        define ready = b.ready
        fact x : Bool  initially false
        rule R1 when not x, ready do act() then x = true
        goal x or not ready
      }
      pool P { task Node task Peer
        explore Node, Peer }
      """)
    let circular = try #require(analysis.diagnostics.first { $0.code == "explore-unbound" })
    #expect(circular.position == SourcePosition(file: 0, line: 16, column: 3))
  }
}
