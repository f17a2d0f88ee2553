import RulesLanguage

/// Everything that exploring needs to know: the initial states, and what can happen in a state.
struct TransitionSystem {
  /// The variables of a state, in the order of its word.
  var variables: [StateVariable]
  var layout: WordLayout
  /// Whose each variable is, when several instances are explored; else empty.
  var owners: [String] = []
  /// All conditions below.
  var diagram: FlatDiagram
  /// Where the invariants hold that a move must not break.
  var permitted = FlatDiagram.always
  /// Part of `permitted`: the other states are none.
  var consistent = FlatDiagram.always
  /// The parts of `consistent`, when it is a conjunction: a move can only break those about what it
  /// changes. Empty: `consistent` is one.
  var invariants: [FlatDiagram.Entry] = []
  /// Which instances can change places.
  var symmetry = Symmetry()
  /// The quantifiers' field in a word, if there are any: when they do not fit the other variables
  /// after a move, every valuation that fits follows.
  var valuations: Valuations?
  /// Scopes whose clauses decide; one when a single scope is explored.
  var parts: [Part] = []
  var moves: [Move] = []
  /// Each once.
  var initial: [UInt64] = []

  struct Valuations {
    var shift: UInt64
    var count: UInt64
    /// All bits of the field, shifted.
    var mask: UInt64
    /// `other replicas change`
    var name: String
  }

  /// A scope instance whose clauses decide what happens.
  struct Part {
    var clauses: [ClauseModel]
    /// Where each clause wins.
    var wins: [FlatDiagram.Entry]
    /// The class of each state: its leaves index `classes`; nil if that would be too large.
    var root: FlatDiagram.Entry?
    var classes: [StateClass] = []
    /// For each class the clauses that win; empty: not known.
    var winners: [[Int]] = []

    var hasGoal: Bool { clauses.contains(where: \.isGoal) }
  }
}

extension TransitionSystem {
  /// The class of a state in a part.
  func stateClass(of word: UInt64, part: Int = 0) -> StateClass {
    let part = parts[part]
    if let root = part.root { return part.classes[diagram.value(root, at: word)] }
    let winners = part.wins.indices.filter { diagram.holds(part.wins[$0], at: word) }
    return StateClass(winners: winners, part.clauses)
  }
}

/// Something that can happen: a rule, an event, or a change of the environment.
struct Move {
  enum Kind: Hashable {
    /// A rule of a part, by its clause.
    case rule(part: Int, clause: Int)
    /// A rule or event of another instance than the explored one.
    case guest
    case event(part: Int)
    case environment
  }

  struct Alternative {
    /// For moves of others: where it is possible beside what the move's own condition says.
    var condition = FlatDiagram.always
    /// What becomes of the state word whatever the old values are.
    var clear: UInt64 = 0
    var set: UInt64 = 0
    var updates: [Update] = []
    /// `stay after 100 ms`: nothing happens, but time passes.
    var isPause = false
  }

  /// One variable's new values, shifted, for each old value.
  struct Update {
    var shift: UInt64
    var mask: UInt64
    var outcomes: [[UInt64]]
  }

  /// In traces: `R1`, `F1 of ServerFailure`, `prior.closed becomes true`.
  var name: String
  var kind: Kind
  /// Whose move it is, when several instances are explored.
  var owner: String?
  /// The rule's or event's name and place.
  var clause: (name: String, position: SourcePosition)?
  /// Whether one may count on it.
  var isDependable: Bool
  var condition: FlatDiagram.Entry
  var alternatives: [Alternative]
}

extension Move.Alternative {
  /// Adds what becomes of one variable.
  mutating func add(_ outcomes: [[Int]], of variable: Int, _ layout: WordLayout) {
    let shift = layout.shifts[variable]
    let mask = layout.masks[variable] &<< shift
    if outcomes.indices.allSatisfy({ outcomes[$0] == [$0] }) { return }
    if let first = outcomes.first, first.count == 1, outcomes.allSatisfy({ $0 == first }) {
      clear |= mask
      set |= UInt64(first[0]) &<< shift
    } else {
      updates.append(
        Move.Update(
          shift: shift, mask: mask, outcomes: outcomes.map { $0.map { UInt64($0) &<< shift } }))
    }
  }
}
