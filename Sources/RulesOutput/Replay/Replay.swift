import RulesAnalysis
import RulesLanguage

/// Steps a recorded trace through the rules as they are now: can each state still be, does the rule
/// that fired still win in it, and does the next state of the subject follow?
///
/// Where the rules are others than those recorded, facts, values and clauses are matched by name.
public func replay(
  _ trace: RecordedTrace, _ program: Program, _ filter: ReplayFilter = ReplayFilter()
) throws -> ReplayReport {
  var replayer = Replayer(program: program, report: ReplayReport(trace: trace))
  try replayer.matchTasks()
  try replayer.run(filter)
  return replayer.report
}

/// Why a sound trace cannot be held against the rules; one line for the user.
public enum ReplayError: Error, Hashable, CustomStringConvertible, Sendable {
  /// It says neither facts nor leaves, and its rules are others.
  case nameless(task: String)
  /// It says no facts, and has a state that the rules with its hash do not have.
  case noState(scope: String)

  public var description: String {
    switch self {
    case .nameless(let task):
      "it does not say what its states mean, and the rules of \(task) have changed since"
    case .noState(let scope): "it has a state that \(scope) does not have"
    }
  }
}

private struct Replayer {
  let program: Program
  var report: ReplayReport
  /// By task and scope; nil: today's rules have no such scope.
  private var scopes: [Place: MatchedScope] = [:]
  /// What came of records that were the same.
  private var known: [Question: Outcome] = [:]
  private var groups: [Group: Int] = [:]

  private struct Place: Hashable { var task: Int, scope: Int }

  private struct Question: Hashable {
    var place: Place
    var leaf: Int
    var words: [UInt64]
    var next: [UInt64]?
  }

  private struct Group: Hashable {
    var kind: ReplayReport.Difference.Kind
    var scope: String
    var recorded: String
    var today: String
  }

  /// What came of one record.
  private enum Outcome {
    case agrees
    case undecided
    case differs(ReplayReport.Difference)
  }

  init(program: Program, report: ReplayReport) {
    self.program = program
    self.report = report
  }

  // MARK: Then and now

  mutating func matchTasks() throws {
    for (index, recorded) in report.trace.tasks.enumerated() {
      var match = ReplayReport.TaskMatch(name: recorded.name)
      defer { report.tasks.append(match) }
      guard let task = program.task(recorded.name) else { continue }
      let isSame = contentHash(of: task, in: program) == recorded.contentHash
      match.isSame = isSame
      for (number, scope) in recorded.scopes.enumerated() {
        guard program.scopesWithClauses.contains(scope.name) else {
          match.missingScopes.append(scope.name)
          continue
        }
        let check = try StepCheck(program, scope: scope.name)
        if scope.facts.isEmpty {
          guard isSame else { throw ReplayError.nameless(task: recorded.name) }
          try describe(Place(task: index, scope: number), by: check.inquiry.partition)
        }
        let matched = MatchedScope(report.trace.tasks[index].scopes[number], check)
        scopes[Place(task: index, scope: number)] = matched
        match.removedFacts += matched.removedFacts.map { "\(scope.name): \($0)" }
        match.addedFacts += matched.addedFacts.map { "\(scope.name): \($0)" }
      }
    }
  }

  /// Puts in what a trace may leave out when it was made by the rules that it is read with.
  private mutating func describe(_ place: Place, by partition: Partition) throws(ReplayError) {
    let scope = report.trace.tasks[place.task].scopes[place.scope].described(by: partition)
    report.trace.tasks[place.task].scopes[place.scope] = scope
    let records = report.trace.firings + report.trace.present
    for record in records where record.task == place.task && record.scope == place.scope {
      guard scope.isState(record.words) else { throw ReplayError.noState(scope: scope.name) }
    }
  }

  // MARK: Records

  mutating func run(_ filter: ReplayFilter) throws {
    let trace = report.trace
    let included = trace.firings.filter { filter.includes($0, trace) }
    let firings = filter.last.map { Array(included.suffix($0)) } ?? included
    struct Subject: Hashable { var place: Place, id: UInt64 }
    func subject(_ record: RecordedTrace.Record) -> Subject {
      Subject(place: Place(task: record.task, scope: record.scope), id: record.subject)
    }
    var next: [Subject: RecordedTrace.Record] = [:]
    // A trace that was written in a crash has none of these.
    for record in trace.present { next[subject(record)] = record }
    var following: [RecordedTrace.Record?] = []
    for record in firings.reversed() {
      following.append(next[subject(record)])
      next[subject(record)] = record
    }
    for (record, next) in zip(firings, following.reversed()) {
      try add(record, next: next, isPresent: false)
    }
    let shown = Set(firings.map(subject))
    for record in trace.present where shown.contains(subject(record)) {
      try add(record, next: nil, isPresent: true)
    }
  }

  private mutating func add(
    _ record: RecordedTrace.Record, next: RecordedTrace.Record?, isPresent: Bool
  ) throws {
    let place = Place(task: record.task, scope: record.scope)
    let recorded = report.trace.tasks[record.task].scopes[record.scope]
    let question = Question(
      place: place, leaf: record.leaf, words: record.words, next: next?.words)
    let outcome =
      try known[question]
      ?? examine(record, recorded, place, next: next?.words, isPresent: isPresent)
    known[question] = outcome
    var entry = ReplayReport.Entry(
      record: record, isPresent: isPresent, leaf: leafName(record.leaf, recorded, place),
      change: next.map { recorded.difference(from: record.words, to: $0.words) },
      difference: nil)
    switch outcome {
    case .agrees: report.agreeing += 1
    case .undecided: report.undecided += 1
    case .differs(var difference):
      let group = Group(
        kind: difference.kind, scope: difference.scope, recorded: difference.recorded,
        today: difference.today)
      if let index = groups[group] {
        report.differences[index].count += 1
        entry.difference = index
      } else {
        groups[group] = report.differences.count
        entry.difference = report.differences.count
        difference.first = report.entries.count
        report.differences.append(difference)
      }
    }
    report.entries.append(entry)
  }

  /// The recorded name of a leaf; of a trace that does not say, today's clause of this number.
  private func leafName(
    _ leaf: Int, _ recorded: RecordedTrace.Scope, _ place: Place
  ) -> String {
    if let name = recorded.leaves[leaf]?.name { return name }
    let clauses = scopes[place]?.scope.clauses ?? []
    return clauses.indices.contains(leaf) ? clauses[leaf].name : "leaf \(leaf)"
  }

  // MARK: One record

  private mutating func examine(
    _ record: RecordedTrace.Record, _ recorded: RecordedTrace.Scope, _ place: Place,
    next: [UInt64]?, isPresent: Bool
  ) throws -> Outcome {
    let name = leafName(record.leaf, recorded, place)
    let kind = recorded.leaves[record.leaf]?.kind ?? "rule"
    var difference = ReplayReport.Difference(
      kind: .scope, scope: recorded.name, recorded: name, today: "there is no such scope", first: 0,
      state: recorded.texts(of: record.words).joined(separator: ", "), reasons: [])
    guard var scope = scopes[place] else { return .differs(difference) }
    defer { scopes[place] = scope }
    let cube = scope.cube(of: record.words)
    guard scope.check.isConsistent(cube) else {
      if kind == "impossible" { return .agrees }
      difference.kind = .impossible
      difference.today = "there is no such state"
      difference.reasons = try impossibleReasons(cube, scope)
      return .differs(difference)
    }
    let clause = scope.clause(named: name)
    let wins = try clause.map { try scope.check.wins($0, in: cube) } ?? false
    if wins == false {
      let answer = try scope.check.inquiry.answer(about: cube)
      if kind == "unhandled", answer.decisions.allSatisfy({ $0.stateClass.kind == .unhandled }) {
        return .agrees
      }
      difference.kind = .decision
      difference.today = todayText(answer, scope.scope.clauses)
      difference.reasons = decisionReasons(clause, answer, scope.scope.clauses)
      return .differs(difference)
    }
    // Of another task's element the next record may be that of another task, which sees it otherwise.
    if scope.scope.foreign != nil { return wins == nil ? .undecided : .agrees }
    guard kind == "rule", !isPresent, let clause, let next, next != record.words else {
      return wins == nil ? .undecided : .agrees
    }
    // An unchanged state is none of the above: the action was in vain, or threw.
    let target = scope.cube(of: next)
    switch scope.check.leads(from: cube, by: clause, to: target) {
    case true: return wins == nil ? .undecided : .agrees
    case nil: return .undecided
    case false:
      // A state that cannot be is the next record's difference.
      guard scope.check.isConsistent(target) else { return wins == nil ? .undecided : .agrees }
      difference.kind = .step
      difference.today = "does not lead to the next state"
      difference.reasons = [
        "the next state has \(recorded.difference(from: record.words, to: next))",
        "neither `then` of \(name), nor what events and others do after it, makes that of this one",
      ]
      return .differs(difference)
    }
  }

  private func impossibleReasons(_ cube: Cube, _ scope: MatchedScope) throws -> [String] {
    let answer = try scope.check.inquiry.answer(about: cube)
    let all = answer.exclusions.filter { $0.states == answer.asked }
    return (all.isEmpty ? answer.exclusions : all).map { exclusion in
      guard let always = exclusion.always else { return "its quantifiers cannot be so together" }
      let label = always.label.map { " \"\($0)\"" } ?? ""
      return "always\(label), line \(always.position.line): \(oneLine(always.text))"
    }
  }

  private func todayText(_ answer: StateAnswer, _ clauses: [ClauseModel]) -> String {
    let texts = answer.decisions.map { decision in
      let names = decision.winners.map { clauses[$0].title }
      switch decision.stateClass.kind {
      case .unhandled: return "unhandled"
      case .overlap: return "overlap of \(names.joined(separator: ", "))"
      default: return names.joined(separator: ", ")
      }
    }
    return texts.prefix(3).joined(separator: " or ") + (texts.count > 3 ? " or others" : "")
  }

  private func decisionReasons(
    _ clause: Int?, _ answer: StateAnswer, _ clauses: [ClauseModel]
  ) -> [String] {
    guard let clause else { return ["there is no clause of this name any more"] }
    guard let verdict = answer.verdicts.first(where: { $0.clause == clause }) else { return [] }
    return [
      "\(clauses[clause].name), line \(clauses[clause].position.line), "
        + reasonText(verdict, clauses)
    ]
  }
}
