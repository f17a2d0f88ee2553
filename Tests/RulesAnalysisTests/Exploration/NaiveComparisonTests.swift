import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Exploring and writing everything down agree")
struct NaiveComparisonTests {
  @Test("on what random programs reach, and on what is wrong with it", arguments: 0..<12)
  func agrees(batch: UInt64) throws {
    for seed in (batch * 50)..<(batch * 50 + 50) {
      let program = RandomDynamics.make(seed: seed)
      let analysis = analyse(program)
      let world = NaiveWorld(program)
      for scope in analysis.scopes {
        guard let place = world.places.first(where: { $0.name == scope.name }) else { continue }
        compare(scope, place, world, analysis, seed: seed)
      }
    }
  }

  private func compare(
    _ scope: ScopeAnalysis, _ place: NaiveWorld.Place, _ world: NaiveWorld, _ analysis: Analysis,
    seed: UInt64
  ) {
    let note: Comment = "seed \(seed), scope \(scope.name)"
    let space = world.cachedSpace(of: place)
    #expect(scope.counts.consistent == UInt128(space.states.count), note)
    let naive = world.explore(place)
    guard !naive.initial.isEmpty else {
      #expect(scope.exploration?.states == 0, note)
      return
    }
    guard let found = scope.exploration else {
      let reasons = analysis.diagnostics.filter { $0.code == "budget" }.map(\.message)
      Issue.record("\(note): not explored: \(reasons)")
      return
    }
    #expect(found.initial == naive.initial.count, note)
    #expect(found.states == naive.steps.count, note)
    #expect(found.transitions == naive.transitions, note)
    #expect(found.depth == naive.steps.values.max(), note)
    #expect(Set(found.busy) == naive.busy, note)
    let classes = naive.steps.keys.map { world.classify($0, place) }
    #expect(found.goal == classes.count { $0 == .goal }, note)
    #expect(found.wait == classes.count { $0 == .wait }, note)
    #expect(found.unhandled == classes.count { $0 == .unhandled }, note)
    #expect(found.overlap == classes.count { $0 == .overlap }, note)
    if let liveness = found.liveness {
      #expect(liveness.stuck == naive.stuck.count, note)
      #expect(liveness.stuckSteps == naive.stuck.compactMap { naive.steps[$0] }.min(), note)
      #expect(liveness.stalls == naive.stalls.count, note)
      #expect(liveness.stallSteps == naive.stalls.compactMap { naive.steps[$0] }.min(), note)
    }
    for (state, steps) in naive.steps {
      let indices = indices(of: state, world, scope.partition.space)
      #expect(found.reached.steps(to: indices) == steps, note)
    }
    compareFindings(scope, naive, analysis, note)
  }

  /// Findings stand at clauses; those of other scopes at the same clause count too.
  private func compareFindings(
    _ scope: ScopeAnalysis, _ naive: NaiveWorld.Result, _ analysis: Analysis, _ note: Comment
  ) {
    let program = scope.partition.scope.program
    var names: [SourcePosition: String] = [:]
    for place in Scope.all(of: program) {
      for clause in place.clauses { names[clause.position] = clause.name }
      for event in place.body.events { names[event.position] = event.name }
    }
    func found(_ code: String) -> Set<String> {
      Set(analysis.diagnostics.filter { $0.code == code }.compactMap { names[$0.position] })
    }
    #expect(found("effect-breaks-always").isSuperset(of: naive.breaking), note)
    #expect(found("stable-broken").isSuperset(of: naive.unlatched), note)
    let own = Set(scope.clauses.map(\.name))
    func isOwn(_ position: SourcePosition) -> Bool {
      scope.partition.scope.clauses.contains { $0.position == position }
    }
    func ownFound(_ code: String) -> Set<String> {
      Set(
        analysis.diagnostics.filter { $0.code == code && isOwn($0.position) }
          .compactMap { names[$0.position] })
    }
    #expect(ownFound("effect-impossible") == naive.impossible.intersection(own), note)
    #expect(ownFound("wait-never-ends") == naive.endless, note)
    #expect(ownFound("unreached") == naive.unreached, note)
  }

  private func indices(
    of state: NaiveWorld.State, _ world: NaiveWorld, _ space: StateSpace
  ) -> [Int] {
    space.variables.map { variable in
      switch variable.origin {
      case .related(let related, let name):
        return state.related[.init(related: related, name: name)] == true ? 1 : 0
      case .quantifier(let each, let body):
        let task = space.task(of: each, in: world)
        return state.quantifiers[world.meaning(task, each, body)] == true ? 1 : 0
      case .fact(let owner, let model):
        switch model.kind {
        case .bool, .enumeration: return state.facts[FactReference(owner, model.name)] ?? -1
        case .integer(let domain):
          let value = state.facts[FactReference(owner, model.name)]
          return domain.intervals.firstIndex { NaiveWorld.sample($0) == value } ?? -1
        case .chain(let members, _):
          let ranks = members.map { state.facts[FactReference(owner, $0)] ?? -1 }
          let name = members.indices.dropFirst().reduce(members[0]) { name, index in
            name + (ranks[index] == ranks[index - 1] ? " == " : " < ") + members[index]
          }
          return variable.values.firstIndex(of: name) ?? -1
        }
      }
    }
  }
}

extension StateSpace {
  /// The task that declares an each; eaches of different tasks have different names here.
  fileprivate func task(of each: String, in world: NaiveWorld) -> String {
    world.places.first { $0.each?.name == each }?.task.name ?? ""
  }
}
