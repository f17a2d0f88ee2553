import RulesRuntime

struct Storm: Error, CustomStringConvertible {
  var description: String { "a storm" }
}

/// One element of `Fleet.ship`.
final class Ship: RuleSubject {
  enum State: UInt8, CaseIterable { case idle, crewed, sailing, arrived, lost, sunk }

  let subjectID: UInt64
  var state: State

  init(_ subjectID: UInt64, _ state: State) {
    self.subjectID = subjectID
    self.state = state
  }

  var subjectName: String { "ship \(subjectID)" }
}

/// A task in the shape of generated code, with every kind of ending:
///
///     each ship: Ship in ships {
///       always "afloat" state != sunk
///       rule R1 "no crew" when state == idle do hire(ship) then stay after 100 ms or state = crewed
///       wait W1 "orders" for orders when state == crewed warn after 2 s
///       rule R2 "at sea" when state == sailing do sail(ship) then state = arrived
///       goal state == arrived
///     }                                                                        // lost: unhandled
final class Fleet: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64
  var ships: [Ship]
  /// How many more times `hire` finds nobody.
  var vainHires = 0
  /// How many more times `sail` throws.
  var storms = 0
  var evaluations = 0

  init(_ ships: Ship..., subjectID: UInt64 = 1_000) {
    self.ships = ships
    self.subjectID = subjectID
  }

  var subjectName: String { "fleet" }

  static let ruleTable = RuleTable(
    task: "Fleet", file: "rules/Fleet.rules", contentHash: 2,
    scopes: [
      RuleTable.Scope(
        name: "Fleet.ship", line: 3,
        variables: [
          .init(
            "state", ["idle", "crewed", "sailing", "arrived", "lost", "sunk"], shift: 0, width: 3)
        ],
        leaves: [
          .init("R1", .rule, line: 5, label: "no crew"),
          .init("W1", .wait, line: 6, label: "orders", causes: ["orders", "peace"]),
          .init("R2", .rule, line: 7, label: "at sea"),
          .init("goal", .goal, line: 8),
          .init("always", .impossible, line: 4, label: "afloat"),
          .init("unhandled", .unhandled, line: 3),
        ])
    ])

  private enum ShipLeaf: Int, RuleLeaf {
    static let scope = 0
    // Named as the rules are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case R1, W1, R2, goal, broken1, unhandled
  }

  func applyRules(_ turn: inout Turn) {
    evaluations += 1
    for ship in ships { applyShipRules(ship, &turn) }
  }

  private func readShip(_ ship: Ship) -> StateWord {
    var word = StateWord()
    word.put(ship.state.rawValue, at: 0)
    return word
  }

  private func applyShipRules(_ ship: Ship, _ turn: inout Turn) {
    let word = readShip(ship)
    switch ship.state {
    case .sunk: turn.unexpected(ShipLeaf.broken1, word, ship)
    case .idle:
      turn.fire(ShipLeaf.R1, word, ship) { hire(ship) }
      if readShip(ship) == word {
        turn.stay(for: .milliseconds(100), ShipLeaf.R1, word, ship)
      }
    case .crewed: turn.wait(ShipLeaf.W1, word, ship, warnAfter: .seconds(2))
    case .sailing: turn.fire(ShipLeaf.R2, word, ship) { try sail(ship) }
    case .arrived: turn.reachGoal(ShipLeaf.goal, word, ship)
    case .lost: turn.unexpected(ShipLeaf.unhandled, word, ship)
    }
  }

  private func hire(_ ship: Ship) {
    if vainHires > 0 { vainHires -= 1 } else { ship.state = .crewed }
  }

  private func sail(_ ship: Ship) throws {
    if storms > 0 {
      storms -= 1
      throw Storm()
    }
    ship.state = .arrived
  }

  /// The event `orders`.
  func order(_ ship: Ship, _ state: Ship.State) {
    ship.state = state
    membership.activate()
  }
}

/// Keeps what was logged.
final class LogRecorder: Sendable {
  private let recorded = Guarded<[(level: RuleLog.Level, message: String)]>([])

  var log: RuleLog {
    RuleLog(minimum: .trace) { level, message in
      self.recorded.withLock { $0.append((level, message)) }
    }
  }

  var messages: [String] { recorded.withLock { $0.map(\.message) } }

  func messages(_ level: RuleLog.Level) -> [String] {
    recorded.withLock { $0.filter { $0.level == level }.map(\.message) }
  }
}
