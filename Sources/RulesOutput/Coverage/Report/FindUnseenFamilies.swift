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
/// - Returns: for each pattern its values, and the states, by index, that no earlier one has.
func findFamilies(
  of states: [[Int]], avoiding others: [[Int]], sizes: [Int], limit: Int
) -> [(values: [[Int]], members: [Int])] {
  let cost = max(1, others.count * sizes.count)
  var open = Array(states.indices)
  var families: [(values: [[Int]], members: [Int])] = []
  while let first = open.first, families.count < min(limit, max(1, workLimit / cost)) {
    let seed = states[first]
    let forwards = widen(seed, others, sizes, Array(sizes.indices))
    let backwards = widen(seed, others, sizes, sizes.indices.reversed())
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
  _ seed: [Int], _ others: [[Int]], _ sizes: [Int], _ order: [Int]
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
    for value in 0..<sizes[variable] where value != seed[variable] {
      let isBlocked = others.indices.contains {
        outside[$0] == 1 && others[$0][variable] == value
      }
      if isBlocked { continue }
      values[variable] = (values[variable] + [value]).sorted()
      for other in others.indices where others[other][variable] == value { outside[other] -= 1 }
    }
  }
  return values
}
