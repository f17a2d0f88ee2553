/// The weakest condition, as far as it is short, that holds in all of some states and in none of
/// others: `not on`, `rpc == idle, header != sent`, `not (a, b)`.
///
/// Cubes are grown around one state after another: as many variables as possible may have any value,
/// then the others as many values as possible. Either around the good states, avoiding the bad ones,
/// or around the bad ones, to be negated; whatever needs fewer words.
///
/// - Parameters: states by value indices. Each pair of lists is compared for every variable, so that
///   long lists are refused.
/// - Returns: nil if there is none: a list is empty, a state is in both, or it would be too long.
func weakestCondition(
  that good: [[Int]], without bad: [[Int]], _ variables: [StateVariable]
) -> String? {
  let limit = 4_000
  guard !good.isEmpty, !bad.isEmpty, good.count + bad.count <= limit else { return nil }
  let positive = cover(good, avoiding: bad, variables, atMost: 2)
  let negative = cover(bad, avoiding: good, variables, atMost: 2)
  func literals(_ cubes: [Cube]) -> Int {
    cubes.reduce(0) { sum, cube in
      sum + cube.values.indices.count { cube.values[$0].count < variables[$0].values.count }
    }
  }
  func pattern(_ cube: Cube) -> String {
    variables.indices.filter { cube.values[$0].count < variables[$0].values.count }
      .map { variables[$0].pattern(cube.values[$0]) }.joined(separator: ", ")
  }
  func length(_ cubes: [Cube]) -> (Int, Int) { (literals(cubes), cubes.count) }
  if let positive, negative.map({ length(positive) <= length($0) }) ?? true {
    return positive.count == 1
      ? pattern(positive[0]) : positive.map { "(\(pattern($0)))" }.joined(separator: " or ")
  }
  return negative.map { $0.map { "not (\(pattern($0)))" }.joined(separator: ", ") }
}

/// Cubes that contain all of some states and none of others; nil if more would be needed.
private func cover(
  _ states: [[Int]], avoiding others: [[Int]], _ variables: [StateVariable], atMost count: Int
) -> [Cube]? {
  // One comparison is read more easily than one with fewer exceptions.
  let single = variables.indices.first { index in
    Set(states.map { $0[index] }).isDisjoint(with: others.map { $0[index] })
  }
  if let single {
    var cube = Cube(values: variables.map { Array($0.values.indices) })
    let taken = Set(others.map { $0[single] })
    cube.values[single] = variables[single].values.indices.filter { !taken.contains($0) }
    return [cube]
  }
  var cubes: [Cube] = []
  var left = states
  while let state = left.first {
    guard cubes.count < count else { return nil }
    let cube = grown(around: state, avoiding: others, variables)
    guard !others.contains(where: cube.contains) else { return nil }
    cubes.append(cube)
    left.removeAll(where: cube.contains)
  }
  return cubes
}

private func grown(
  around state: [Int], avoiding others: [[Int]], _ variables: [StateVariable]
) -> Cube {
  var cube = Cube(state: state)
  func tryValues(_ values: [Int], of variable: Int) {
    var candidate = cube
    candidate.values[variable] = values
    if !others.contains(where: candidate.contains) { cube = candidate }
  }
  for variable in variables.indices.reversed() {
    tryValues(Array(variables[variable].values.indices), of: variable)
  }
  for variable in variables.indices {
    for value in variables[variable].values.indices where !cube.values[variable].contains(value) {
      tryValues((cube.values[variable] + [value]).sorted(), of: variable)
    }
  }
  return cube
}
