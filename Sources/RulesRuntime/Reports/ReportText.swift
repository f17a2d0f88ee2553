/// The sentences the runtime writes about a subject, with the place in the rules file first so that
/// a terminal or an editor can jump there.
extension SubjectStatus {
  /// `Segment.rules:18: error: unhandled state of Segment.replica, segment 3, replica 1: rpc == idle`
  func unexpectedText(in table: RuleTable) -> String {
    let (scope, leaf) = entry(in: table)
    let state = stateText(in: scope)
    let subject = "\(scope.name), \(subject.subjectName)"
    guard leaf.kind == .impossible else {
      return "\(table.file):\(leaf.line): error: unhandled state of \(subject): \(state)"
    }
    let broken = leaf.label.isEmpty ? leaf.name : "\(leaf.name) \"\(leaf.label)\""
    return "\(table.file):\(leaf.line): error: impossible state of \(subject), "
      + "\(broken) does not hold: \(state)"
  }

  /// `Segment.rules:30: error: R1 "no server" of segment 3, replica 1 threw: ...; again in 0.1 s`,
  /// and from the second time on `... threw, 2 times in a row: ...`.
  func failureText(_ error: any Error, _ delay: Duration, in table: RuleTable) -> String {
    let times = failures > 1 ? ", \(failures) times in a row" : ""
    return "\(place(in: table)): error: \(clause(in: table)) threw\(times): \(error); "
      + "again in \(delay.tenths)"
  }

  /// `Segment.rules:30: error: R1 "no server" of segment 3, replica 1 declared server = chosen; it
  /// changed nothing`
  func undeclaredText(_ declared: String, _ change: String, in table: RuleTable) -> String {
    "\(place(in: table)): error: \(clause(in: table)) declared \(declared); it changed \(change)"
  }

  /// `Segment.rules:30: R1 "no server" of segment 3, replica 1 cannot go on for 1.0 s: server == none`
  /// or `Segment.rules:60: W1 "reply" of ... waits for reply for 2.0 s: rpc == flying`.
  func noticeText(in table: RuleTable, at now: PoolInstant) -> String {
    let (scope, leaf) = entry(in: table)
    let causes = leaf.causes.isEmpty ? "waits" : "waits for \(leaf.causes.joined(separator: ", "))"
    let trouble = ending == .waiting ? causes : "cannot go on"
    return "\(place(in: table)): \(clause(in: table)) \(trouble) for \((now - since).tenths): "
      + stateText(in: scope)
  }

  /// `Segment.rules:50: error: W2 "prior footer" of segment 3, replica 1 waits for prior.closed, and
  /// every other task of the pool waits for others, too: none can go on: rpc == idle`
  func stallText(in table: RuleTable) -> String {
    let (scope, leaf) = entry(in: table)
    return "\(place(in: table)): error: \(clause(in: table)) waits for "
      + "\(leaf.causes.joined(separator: ", ")), and every other task of the pool waits for others, "
      + "too: none can go on: \(stateText(in: scope))"
  }

  /// `Segment.rules:30: R1 "no server" of segment 3, replica 1 resolved after 3.2 s`
  func resolvedText(in table: RuleTable, at now: PoolInstant) -> String {
    "\(place(in: table)): \(clause(in: table)) resolved after \((now - since).tenths)"
  }

  /// The scope and the leaf this status is about.
  func entry(in table: RuleTable) -> (scope: RuleTable.Scope, leaf: RuleTable.Leaf) {
    let scope = table.scopes[self.scope]
    return (scope, scope.leaves[leaf])
  }

  private func place(in table: RuleTable) -> String {
    "\(table.file):\(entry(in: table).leaf.line)"
  }

  private func clause(in table: RuleTable) -> String {
    let leaf = entry(in: table).leaf
    let label = leaf.label.isEmpty ? "" : " \"\(leaf.label)\""
    return "\(leaf.name)\(label) of \(subject.subjectName)"
  }
}

extension Audit.Finding {
  /// `Segment.rules:64: error: R5 "data arrived" of segment 3, replica 1 would have fired 1.0 s ago,
  /// but nothing activated its task; activated now: rpc == ok`
  func text(in table: RuleTable, after age: Duration) -> String {
    let scope = table.scopes[scope]
    let leaf = scope.leaves[leaf]
    let label = leaf.label.isEmpty ? "" : " \"\(leaf.label)\""
    return "\(table.file):\(leaf.line): error: \(leaf.name)\(label) of \(subject.subjectName) "
      + "would have fired \(age.tenths) ago, but nothing activated its task; activated now: "
      + stateDescription(words, in: scope)
  }
}

extension Duration {
  /// `1.5 s`: seconds with one decimal, rounded down.
  var tenths: String {
    let tenths = saturatedNanoseconds / 100_000_000
    return "\(tenths / 10).\(abs(tenths % 10)) s"
  }
}
