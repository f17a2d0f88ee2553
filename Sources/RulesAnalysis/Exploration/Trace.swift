import RulesLanguage

// A trace is told as it would be told aloud: how it starts, then move by move, and after each move
// only what it changed.

/// The states of a system that was explored, in words.
struct TraceText {
  let system: TransitionSystem
  let graph: StateGraph

  /// The most moves that are told one by one.
  private static let limit = 16

  /// A move and the state that it leads to.
  struct Step {
    /// -1: of an initial state; or the environment's change of all quantifiers.
    var move: Int
    var word: UInt64
    /// The state that is kept for it.
    var state: Int
  }

  /// A shortest way to a state, an initial one first. Where instances can change places, it is a way
  /// to one of the states that the kept one stands for: what was kept of each step is brought about
  /// by an instance that is really there.
  func way(to state: Int) -> [Step] {
    let path = graph.path(to: state)
    var way = [Step(move: -1, word: word(path[0]), state: path[0])]
    for next in path.dropFirst() {
      let (move, word) = realized(
        Int(graph.parentMoves[next]), to: self.word(next), at: way[way.count - 1].word)
      way.append(Step(move: move, word: word, state: next))
    }
    return way
  }

  /// A move like the given one that really leads from a state to what an outcome stands for.
  private func realized(
    _ move: Int, to outcome: UInt64, at word: UInt64
  ) -> (move: Int, word: UInt64) {
    guard move >= 0, !system.symmetry.isTrivial else { return (move, outcome) }
    let goal = system.symmetry.representative(of: outcome)
    let clause = system.moves[move].clause?.position
    let alike = system.moves.indices.filter {
      $0 != move && system.moves[$0].clause?.position == clause
    }
    for candidate in [move] + alike {
      let found = system.outcomes(of: candidate, at: word)?.first {
        system.symmetry.representative(of: $0) == goal
      }
      if let found { return (candidate, found) }
    }
    return (move, outcome)
  }

  /// A shortest way to a state; the critical move is the first after which `isLost` holds.
  func notes(to state: Int, isLost: [Bool] = []) -> [Diagnostic.Note] {
    notes(of: way(to: state), isLost)
  }

  private func notes(of way: [Step], _ isLost: [Bool] = []) -> [Diagnostic.Note] {
    var notes = [Diagnostic.Note("start", start(way[0].word))]
    var isSafe = !isLost.isEmpty && !isLost[way[0].state]
    let told = Set(way.indices.prefix(Self.limit / 2) + way.indices.suffix(Self.limit / 2))
    for step in way.indices.dropFirst() {
      let isCritical = isSafe && isLost[way[step].state]
      if isCritical { isSafe = false }
      guard told.contains(step) || isCritical else {
        if !told.contains(step), told.contains(step - 1) {
          notes.append(Diagnostic.Note("step", "(and so on)"))
        }
        continue
      }
      let text = self.step(step, way[step].move, way[step - 1].word, way[step].word)
      notes.append(
        Diagnostic.Note("step", isCritical ? text + "; from here the goal is out of reach" : text))
    }
    return notes
  }

  /// A shortest way to a state and one further move.
  func notes(to state: Int, then move: Int, _ outcome: UInt64) -> [Diagnostic.Note] {
    let way = way(to: state)
    let last = way[way.count - 1].word
    let (move, outcome) = realized(move, to: outcome, at: last)
    return notes(of: way) + [Diagnostic.Note("step", step(way.count, move, last, outcome))]
  }

  /// `3. F1 of ServerFailure.replica: server == none, rpc == idle`
  private func step(
    _ number: Int, _ move: Int, _ source: UInt64, _ outcome: UInt64
  ) -> String {
    let name = move < 0 ? system.valuations?.name ?? "" : system.moves[move].name
    let owner = move < 0 ? nil : system.moves[move].owner
    let changes = difference(from: source, to: outcome, owner: owner)
    let isToldByName = move >= 0 && system.moves[move].kind == .environment
    return isToldByName
      ? "\(number). \(name)" : "\(number). \(name): \(changes.isEmpty ? "no change" : changes)"
  }

  /// What of one state is different in another one; `owner`: whose changes need not be said to be.
  func difference(from old: UInt64, to new: UInt64, owner: String? = nil) -> String {
    let before = system.layout.unpack(old)
    let after = system.layout.unpack(new)
    return grouped(differences(system.variables, from: before, to: after), owner)
  }

  /// A whole state.
  func text(of state: Int) -> String {
    let values = system.layout.unpack(word(state))
    return grouped(values.indices.map { ($0, system.variables[$0].pattern([values[$0]])) })
  }

  /// What of an initial state the declarations leave open.
  private func start(_ word: UInt64) -> String {
    let values = system.layout.unpack(word)
    let open = values.indices.filter { system.variables[$0].initialValue == nil }
    let told = grouped(open.map { ($0, system.variables[$0].pattern([values[$0]])) })
    if open.count == values.count { return told }
    return open.isEmpty ? "all facts as `initially` says" : "\(told), all else as `initially` says"
  }

  /// Texts about variables; those of several instances grouped by whose they are.
  private func grouped(
    _ texts: [(variable: Int, text: String)], _ owner: String? = nil
  ) -> String {
    var all = ""
    var owner = owner
    for (variable, text) in texts {
      if system.owners.isEmpty || system.owners[variable] == owner {
        all += (all.isEmpty ? "" : ", ") + text
      } else {
        owner = system.owners[variable]
        all += "\(all.isEmpty ? "" : "; ")\(system.owners[variable]): \(text)"
      }
    }
    return all
  }

  private func word(_ state: Int) -> UInt64 { graph.table.words[state] }
}

/// What of one state is different in another one, by variable; states by value indices.
func differences(
  _ variables: [StateVariable], from before: [Int], to after: [Int]
) -> [(variable: Int, text: String)] {
  before.indices.filter { before[$0] != after[$0] }.map { index in
    let text = variables[index].chain?.difference(before[index], after[index])
    return (index, text ?? variables[index].pattern([after[index]]))
  }
}

extension ChainOrder {
  /// The comparisons of neighbours that are different in another ordering.
  fileprivate func difference(_ old: Int, _ new: Int) -> String {
    links.indices.filter { isStrict($0, in: old) != isStrict($0, in: new) }
      .map { "\(members[$0]) \(isStrict($0, in: new) ? "<" : "==") \(members[$0 + 1])" }
      .joined(separator: ", ")
  }
}

extension StateVariable {
  /// The value that its declaration says it starts with, by index; nil: any.
  var initialValue: Int? {
    guard case .fact(let owner, let model) = origin, owner == .task || owner == .element,
      let initially = model.initially
    else { return nil }
    return chain == nil ? values.firstIndex(of: initially) : 0
  }
}
