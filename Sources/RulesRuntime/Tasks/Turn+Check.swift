extension Turn {
  /// Whether the rule that just fired did what its `then` says; if not, that is reported as an error.
  /// Generated code asks in debug builds, after the action. An action that threw has said enough.
  ///
  /// The same rule is reported again only after a second, two, ... a minute, whatever the subject;
  /// the pool's statistics count every time. The evaluation goes on.
  /// - Parameters:
  ///   - old: the state before the action.
  ///   - new: the state after it, with the lazy facts that `old` has.
  ///   - declared: the `then` in the words of the rules.
  ///   - outcomes: what each alternative lets become of what; everything else is to stay.
  ///   - unchecked: variables that the rule does not answer for, such as what neighbours do.
  public mutating func check<Leaf: RuleLeaf, Word: PackedState>(
    _ leaf: Leaf, _ old: Word, _ new: Word, _ subject: any RuleSubject, then declared: String,
    outcomes: [[RuleOutcome]], unchecked: [String] = []
  ) {
    guard let status = fired(leaf.rawValue, subject) else { return }
    let table = kind.pointee.table
    let change = StateChange(
      table.scopes[Leaf.scope], from: old.allWords, to: new.allWords, unchecked: unchecked)
    guard !change.isOutcome(of: outcomes) else { return }
    let rule = Engine.FiredRule(kind: kind.pointee.index, scope: Leaf.scope, leaf: leaf.rawValue)
    guard engine.pointee.notesUndeclared(rule) else { return }
    engine.pointee.reporter.error(
      status.pointee.undeclaredText(declared, change.text, in: table), at: engine.pointee.now)
  }
}

extension Engine {
  /// A rule of the pool.
  struct FiredRule: Hashable {
    var kind: Int
    var scope: Int
    var leaf: Int
  }

  /// Counts that a rule did something else than it says.
  /// - Returns: whether that is to be reported now.
  fileprivate mutating func notesUndeclared(_ rule: FiredRule) -> Bool {
    undeclared += 1
    return undeclaredReports[rule, default: ReportBackoff()].isDue(at: now)
  }

  /// Counts that a rule would have fired and its task slept.
  /// - Returns: whether that is to be reported now.
  mutating func notesForgotten(_ rule: FiredRule) -> Bool {
    forgotten += 1
    return forgottenReports[rule, default: ReportBackoff()].isDue(at: now)
  }
}

extension PackedState {
  fileprivate var allWords: [UInt64] {
    withWords { first, all in all.isEmpty ? [first.bits] : all.indices.map { all[$0] } }
  }
}
