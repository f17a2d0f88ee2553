/// States of one set as few patterns that match none of another set.
///
/// Each pattern starts as one state, the first that no earlier one has; then each variable in turn
/// may have any value, and after that any further value, unless some state of the other set would
/// match. How many variables of each other state are outside of the pattern is kept along, so that a
/// variable costs one look at each.
///
/// - Parameters:
///   - sizes: for each variable the number of its values.
///   - limit: the most patterns.
///   - isPlain: whether it can be said in few words that a variable has one of some values; if not,
///     it keeps the one of the first state.
/// - Returns: for each pattern its values, and the states, by index, that no earlier one has.
func findFamilies(
  of states: [[Int]], avoiding others: [[Int]], sizes: [Int], limit: Int,
  isPlain: (_ variable: Int, _ values: [Int]) -> Bool = { _, _ in true }
) -> [(values: [[Int]], members: [Int])] {
  let cost = max(1, others.count * sizes.count)
  var open = Array(states.indices)
  var families: [(values: [[Int]], members: [Int])] = []
  while let first = open.first, families.count < min(limit, max(1, workLimit / cost)) {
    let seed = states[first]
    let forwards = widen(seed, others, sizes, Array(sizes.indices), isPlain)
    let backwards = widen(seed, others, sizes, sizes.indices.reversed(), isPlain)
    let values = literals(backwards, sizes) < literals(forwards, sizes) ? backwards : forwards
    let members = open.filter { state in
      zip(values, states[state]).allSatisfy { $0.contains($1) }
    }
    let taken = Set(members)
    open.removeAll { taken.contains($0) }
    families.append((values, members))
  }
  return families
}

/// Looks at variables of other states; about a second of a debug build.
private let workLimit = 5_000_000

private func literals(_ values: [[Int]], _ sizes: [Int]) -> Int {
  zip(values, sizes).count { $0.count < $1 }
}

private func widen(
  _ seed: [Int], _ others: [[Int]], _ sizes: [Int], _ order: [Int],
  _ isPlain: (_ variable: Int, _ values: [Int]) -> Bool
) -> [[Int]] {
  var values = seed.map { [$0] }
  var outside = others.map { other in zip(other, seed).count { $0 != $1 } }
  for variable in order {
    let isBlocked = others.indices.contains {
      outside[$0] == 1 && others[$0][variable] != seed[variable]
    }
    if isBlocked { continue }
    values[variable] = Array(0..<sizes[variable])
    for other in others.indices where others[other][variable] != seed[variable] {
      outside[other] -= 1
    }
  }
  for variable in order where values[variable].count < sizes[variable] {
    // Whether a value is blocked does not depend on the other values of its variable.
    let blocked = Set(others.indices.filter { outside[$0] == 1 }.map { others[$0][variable] })
    let permitted = (0..<sizes[variable]).filter { $0 == seed[variable] || !blocked.contains($0) }
    guard permitted.count > 1, isPlain(variable, permitted) else { continue }
    values[variable] = permitted
    for other in others.indices
    where others[other][variable] != seed[variable] && permitted.contains(others[other][variable]) {
      outside[other] -= 1
    }
  }
  return values
}
