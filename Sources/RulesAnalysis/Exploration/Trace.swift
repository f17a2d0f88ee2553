import RulesLanguage

// A trace is told as it would be told aloud: how it starts, then move by move, and after each move
// only what it changed.

/// The states of a system that was explored, in words.
struct TraceText {
  let system: TransitionSystem
  let graph: StateGraph

  /// The most moves that are told one by one.
  private static let limit = 16

  /// A shortest way to a state; the critical move is the first after which `isLost` holds.
  func notes(to state: Int, isLost: [Bool] = []) -> [Diagnostic.Note] {
    let path = graph.path(to: state)
    var notes = [Diagnostic.Note("start", start(path[0]))]
    var isSafe = !isLost.isEmpty && !isLost[path[0]]
    let told = Set(path.indices.prefix(Self.limit / 2) + path.indices.suffix(Self.limit / 2))
    for step in path.indices.dropFirst() {
      let isCritical = isSafe && isLost[path[step]]
      if isCritical { isSafe = false }
      guard told.contains(step) || isCritical else {
        if !told.contains(step), told.contains(step - 1) {
          notes.append(Diagnostic.Note("step", "(and so on)"))
        }
        continue
      }
      let text = self.step(
        step, Int(graph.parentMoves[path[step]]), path[step - 1], word(path[step]))
      notes.append(
        Diagnostic.Note("step", isCritical ? text + "; from here the goal is out of reach" : text))
    }
    return notes
  }

  /// A shortest way to a state and one further move.
  func notes(to state: Int, then move: Int, _ outcome: UInt64) -> [Diagnostic.Note] {
    let step = graph.steps(to: state) + 1
    return notes(to: state) + [Diagnostic.Note("step", self.step(step, move, state, outcome))]
  }

  /// `3. F1 of ServerFailure.replica: server == none, rpc == idle`
  func step(_ number: Int, _ move: Int, _ source: Int, _ outcome: UInt64) -> String {
    let name = move < 0 ? system.valuations?.name ?? "" : system.moves[move].name
    let owner = move < 0 ? nil : system.moves[move].owner
    let changes = difference(from: word(source), to: outcome, owner: owner)
    let isToldByName = move >= 0 && system.moves[move].kind == .environment
    return isToldByName
      ? "\(number). \(name)" : "\(number). \(name): \(changes.isEmpty ? "no change" : changes)"
  }

  /// What of one state is different in another one; `owner`: whose changes need not be said to be.
  func difference(from old: UInt64, to new: UInt64, owner: String? = nil) -> String {
    let before = system.layout.unpack(old)
    let after = system.layout.unpack(new)
    let changes = before.indices.filter { before[$0] != after[$0] }.map { index in
      let variable = system.variables[index]
      let text = variable.chain?.difference(before[index], after[index])
      return (index, text ?? variable.pattern([after[index]]))
    }
    return grouped(changes, owner)
  }

  /// A whole state.
  func text(of state: Int) -> String {
    let values = system.layout.unpack(word(state))
    return grouped(values.indices.map { ($0, system.variables[$0].pattern([values[$0]])) })
  }

  /// What of an initial state the declarations leave open.
  private func start(_ state: Int) -> String {
    let values = system.layout.unpack(word(state))
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
