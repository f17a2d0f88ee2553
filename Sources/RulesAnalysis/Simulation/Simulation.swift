import RulesLanguage

/// A scope, or the linked instances of an `explore`, stepped by hand through the same moves that
/// exploration makes.
package struct Simulation: Sendable {
  /// What is stepped: `Segment.replica`, `LogReplication`.
  package let name: String
  let system: TransitionSystem
  /// For each part of the system its name; of a single scope the scope's.
  package let partNames: [String]
  /// The state now.
  package internal(set) var word: UInt64
  /// The ways taken so far: the state before each step, and the step.
  package internal(set) var history: [(word: UInt64, step: TraceStep)] = []

  /// The most initial states that can be chosen from.
  private static let initialLimit = 10_000

  /// Every initial state, unless there are too many: then one.
  package var initialStates: [UInt64] { system.initial }
  /// The number of steps taken.
  package var stepCount: Int { history.count }

  /// One scope, with the moves of others that change what it sees.
  ///
  /// - Parameter scope: `Segment` or `Segment.replica`.
  package init(_ program: Program, scope: String) throws(AnalysisFailure) {
    let (partition, others) = try divided(program, scope: scope)
    let variables = partition.space.variables
    guard let layout = WordLayout(variables) else {
      throw .unsupported("a state of more than \(WordLayout.limit) bits")
    }
    var system = try makeSystem(of: partition, layout, others: others).system
    var diagram = partition.diagram
    let initial = try diagram.and(partition.lowered.consistent, partition.lowered.initial)
    system.initial =
      diagram.words(of: initial, variables: variables.count, layout, limit: Self.initialLimit)
      ?? diagram.firstState(of: initial, variables: variables.count).map { [layout.pack($0)] } ?? []
    self.init(system, name: scope, partNames: [scope])
  }

  /// The instances of an `explore` of a pool.
  ///
  /// - Parameter number: which of the pool's, from 0.
  package init(_ program: Program, pool: PoolModel, explore number: Int) throws(AnalysisFailure) {
    do throws(PoolFailure) {
      var instances = try PoolInstances(program, pool, pool.explorations[number])
      try instances.bindRelateds()
      let made = try makeSystem(of: instances)
      var system = made.system
      let (condition, diagram) = made.initial
      system.initial =
        made.initialStates(atMost: Self.initialLimit)
        ?? diagram.firstState(of: condition, variables: system.variables.count).map {
          [system.layout.pack($0)]
        } ?? []
      self.init(
        system, name: pool.name, partNames: made.partInstances.map { instances.names[$0] })
    } catch {
      switch error {
      case .unbound(let what, _): throw .unsupported(what)
      case .circular(let name): throw .unsupported("\(name), which depends on itself")
      case .tooLarge(let reason): throw .unsupported(reason)
      }
    }
  }

  private init(_ system: TransitionSystem, name: String, partNames: [String]) {
    self.name = name
    self.system = system
    self.partNames = partNames
    word = system.initial.first ?? 0
  }

  /// Begins again in an initial state.
  package mutating func begin(in state: Int) {
    word = system.initial[state]
    history = []
  }

  /// Takes one outcome of one choice.
  package mutating func take(_ choice: Choice, _ outcome: Choice.Outcome) {
    history.append((word, TraceStep(move: choice.name, changes: outcome.changes)))
    word = outcome.word
  }

  /// Takes the last step back; nil: there is none.
  package mutating func undo() -> TraceStep? {
    guard let last = history.popLast() else { return nil }
    word = last.word
    return last.step
  }
}
