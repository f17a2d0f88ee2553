// Which order of variables makes a diagram small.
//
// A level of a diagram has a node for everything that the answers above it may still mean below. So
// what is asked together should stand together: a rule about the first and the last variable has to
// be remembered at every level between. FORCE (Aloul, Markov, Sakallah 2003) takes each condition
// as a rubber band around its variables and lets the bands pull: each variable moves to the mean of
// the centres of its bands, the variables are lined up again, and so on until the bands get no
// shorter. It never looks at a diagram, so it costs almost nothing. What is still large then is sifted
// (`SiftOrder.swift`), which does look.

/// Rounds of pulling; more hardly ever help.
private let forceRounds = 60

/// Lines up variables so that those of each group stand close together.
///
/// - Parameter groups: variables that are asked together.
/// - Returns: each of `0 ..< count` once.
package func forceOrder(_ count: Int, groups: [[Int]]) -> [Int] {
  var places = (0..<count).map(Double.init)
  var best = Array(0..<count)
  var bestSpan = totalSpan(best, groups)
  for _ in 0..<forceRounds {
    var pull = Array(repeating: 0.0, count: count)
    var bands = Array(repeating: 0.0, count: count)
    for group in groups where group.count > 1 {
      let centre = group.reduce(0) { $0 + places[$1] } / Double(group.count)
      for variable in group {
        pull[variable] += centre
        bands[variable] += 1
      }
    }
    for variable in 0..<count where bands[variable] > 0 {
      places[variable] = pull[variable] / bands[variable]
    }
    let order = (0..<count).sorted { (places[$0], $0) < (places[$1], $1) }
    for (place, variable) in order.enumerated() { places[variable] = Double(place) }
    let span = totalSpan(order, groups)
    if span < bestSpan {
      bestSpan = span
      best = order
    }
  }
  return best
}

/// The sum of the distances between the first and the last variable of each group.
package func totalSpan(_ order: [Int], _ groups: [[Int]]) -> Int {
  let levels = VariableOrder(order).levels
  return groups.reduce(0) { sum, group in
    let places = group.map { levels[$0] }
    return sum + (places.max() ?? 0) - (places.min() ?? 0)
  }
}
