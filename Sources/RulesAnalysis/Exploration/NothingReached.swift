/// The reached states of a scope that cannot start.
private struct NothingReached: ReachedStates {
  func steps(to state: [Int]) -> Int? { nil }
  func visit(_ body: (_ state: [Int], _ steps: Int) -> Void) {}
  func trace(to state: [Int]) -> [(move: String, state: [Int])] { [] }
}

extension ScopeExploration {
  /// What a scope without an initial state reaches.
  static func nothing(of scope: Scope) -> ScopeExploration {
    var exploration = ScopeExploration(reached: NothingReached())
    exploration.clauses = scope.clauses.map { _ in 0 }
    exploration.liveness = scope.clauses.contains(where: \.isGoal) ? Liveness() : nil
    return exploration
  }
}
