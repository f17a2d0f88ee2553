import RulesAnalysis
import RulesLanguage
import Testing

/// A fact or define by where it is declared.
private struct Name: Hashable {
  var task: String
  var each: String?
  var name: String
}

/// What depends on what, written down name by name and followed until nothing new turns up: without
/// the analyser's code.
private struct NameGraph {
  var mentions: [Name: Set<Name>] = [:]
  /// `Segment.R3` and the names it changes.
  var changes: [(changer: String, clause: String, scope: Scope, names: Set<Name>)] = []

  init(_ program: Program) {
    for scope in Scope.all(of: program) {
      for define in scope.body.defines {
        let name = Name(task: scope.task.name, each: scope.each?.name, name: define.name)
        mentions[name] = names(in: define.condition, scope)
      }
      for clause in scope.clauses {
        guard case .rule(_, let effects) = clause.kind else { continue }
        add(clause.name, effects, scope)
      }
      for event in scope.body.events { add(event.name, event.effects, scope) }
    }
  }

  private mutating func add(_ clause: String, _ effects: [Effect], _ scope: Scope) {
    var names: Set<Name> = []
    for case .changes(let changes) in effects {
      for change in changes {
        switch change.target {
        case .fact(let fact): names.insert(name(fact.owner, fact.name, scope))
        case .every(let each, let fact):
          names.insert(Name(task: scope.task.name, each: each, name: fact))
        case .related(let related, let fact):
          let task = scope.task.relateds.first { $0.name == related }?.task ?? "?"
          names.insert(Name(task: task, each: nil, name: fact))
        }
      }
    }
    changes.append(("\(scope.task.name).\(clause)", clause, scope, names))
  }

  private func name(_ owner: FactReference.Owner, _ name: String, _ scope: Scope) -> Name {
    switch owner {
    case .task: Name(task: scope.task.name, each: nil, name: name)
    case .element: Name(task: scope.task.name, each: scope.each?.name, name: name)
    case .foreignTask: Name(task: scope.foreign?.task.name ?? "?", each: nil, name: name)
    case .foreignElement:
      Name(task: scope.foreign?.task.name ?? "?", each: scope.foreign?.each.name, name: name)
    }
  }

  func names(in condition: Condition, _ scope: Scope) -> Set<Name> {
    switch condition {
    case .constant: []
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
      [name(fact.owner, fact.name, scope)]
    case .compare(let a, _, let b): [name(a.owner, a.name, scope), name(b.owner, b.name, scope)]
    case .define(let owner, let define): [name(owner, define, scope)]
    case .related(let related, let fact), .relatedIn(let related, let fact, _):
      [
        Name(
          task: scope.task.relateds.first { $0.name == related }?.task ?? "?", each: nil, name: fact
        )
      ]
    case .not(let part): names(in: part, scope)
    case .and(let parts), .or(let parts), .oneOf(let parts):
      parts.reduce([]) { $0.union(names(in: $1, scope)) }
    case .quantified(_, let each, let body):
      names(in: body, Scope(scope.program, scope.task, scope.task.eaches.first { $0.name == each }))
    }
  }

  /// All names that a cause depends on.
  func closure(of cause: Cause, _ scope: Scope) -> Set<Name> {
    guard let condition = scope.condition(of: cause) else { return [] }
    var seen = names(in: condition, scope)
    var open = Array(seen)
    while let next = open.popLast() {
      for name in mentions[next] ?? [] where seen.insert(name).inserted { open.append(name) }
    }
    return seen
  }
}

@Suite("Wake-ups are complete")
struct WakeUpCompletenessTests {
  /// Compares every wait of a program with the name graph.
  private func compare(_ program: Program, _ note: Comment) {
    let analysis = analyse(program)
    let graph = NameGraph(program)
    let causes = waitCauses(program)
    let hasProblem = analysis.generationDiagnostics.contains {
      $0.code == "wake-up" || $0.code == "unsupported"
    }
    for scope in Scope.all(of: program) {
      let counted = analysis.scopes.first { $0.name == scope.name }
      for (index, wait) in scope.clauses.enumerated() {
        var all: Set<String> = []
        for cause in wait.causes {
          if case .event(let name) = cause { all.insert("\(scope.task.name).\(name)") }
          let names = graph.closure(of: cause, scope)
          let wakers = graph.changes.filter { !$0.names.isDisjoint(with: names) }
          all.formUnion(wakers.map(\.changer))
          let shown = causes.first {
            $0.scope == scope.name && $0.wait.name == wait.name && $0.cause == cause.text
          }
          #expect(Set(shown?.wakers.map(\.name) ?? []) == Set(wakers.map(\.changer)), note)
          if case .related = cause, !hasProblem {
            // Whoever changes it must wake the waiting task over some way.
            for waker in wakers {
              let woken = analysis.wakeUps.contains { wakeUp in
                wakeUp.task == waker.scope.task.name && wakeUp.each == waker.scope.each?.name
                  && wakeUp.clause == waker.clause
                  && wakeUp.reasons.contains("\(wait.name) there waits for \(cause.text)")
              }
              #expect(woken, "\(note): \(waker.changer) does not wake \(wait.name)")
            }
          }
        }
        if let counted { #expect(Set(counted.clauses[index].wakes) == all, note) }
      }
    }
  }

  @Test(
    "of the flagship: each wait has every rule and event that changes what its cause depends on")
  func flagship() throws {
    compare(try figureTwo(), "Figure 2")
  }

  @Test("of random programs too", arguments: 0..<6)
  func random(batch: UInt64) {
    for seed in (batch * 50)..<(batch * 50 + 50) {
      compare(RandomDynamics.make(seed: seed), "seed \(seed)")
    }
  }
}
