import RulesLanguage

/// What the changes of one alternative of a `then` make of one variable.
///
/// All changes happen at once, from the old values. The result has, for each old value (by index),
/// the new values that are possible, ascending; none: the alternative cannot happen from there.
package func outcomes(
  of variable: StateVariable, _ changes: [(member: String, value: Change.Value)]
) -> [[Int]] {
  if let chain = variable.chain {
    return chainOutcomes(chain, changes)
  }
  guard let change = changes.last else { return variable.values.indices.map { [$0] } }
  if case .fact(_, let model) = variable.origin, case .integer(let domain) = model.kind {
    return domain.outcomes(of: change.value, fact: change.member)
  }
  let permitted: [Int]
  switch change.value {
  case .any: permitted = Array(variable.values.indices)
  case .exactly(let value):
    permitted = variable.values.indices.filter { variable.values[$0] == value }
  case .anyOf(let values):
    permitted = variable.values.indices.filter { values.contains(variable.values[$0]) }
  case .range: permitted = []
  }
  return variable.values.map { _ in permitted }
}

extension IntegerDomain {
  /// An end of a range: a number, the old value, or none.
  private enum End {
    case open
    case number(Int)
    case old
  }

  /// For each old interval the intervals that contain a permitted number for some old number.
  fileprivate func outcomes(of value: Change.Value, fact: String) -> [[Int]] {
    let intervals = intervals
    return intervals.indices.map { old in
      intervals.indices.filter { new in
        switch value {
        case .any: true
        case .exactly(fact): new == old
        case .exactly(let number): contains(intervals[new], number)
        case .anyOf(let numbers): numbers.contains { contains(intervals[new], $0) }
        case .range(let from, let includesFrom, let to, let includesTo):
          isPermitted(
            intervals[new], from: intervals[old],
            above: from == "min" ? .open : end(from, fact), includesFrom,
            below: to == "max" ? .open : end(to, fact), includesTo)
        }
      }
    }
  }

  private func contains(_ interval: Interval, _ number: String) -> Bool {
    Int(number).map(interval.contains) ?? false
  }

  private func end(_ text: String, _ fact: String) -> End {
    text == fact ? .old : Int(text).map(End.number) ?? .open
  }

  /// Whether some number of `new` lies between the ends, for some old number of `old`: the least
  /// old number asks least of what must be above it, the greatest of what must be below it.
  private func isPermitted(
    _ new: Interval, from old: Interval, above: End, _ includesAbove: Bool, below: End,
    _ includesBelow: Bool
  ) -> Bool {
    if case .old = above, case .old = below {
      return includesAbove && includesBelow && new == old
    }
    var least = new.lower
    var greatest = new.upper
    func raise(to number: Int?, includes: Bool) -> Bool {
      guard let number else { return true }
      guard includes || number < .max else { return false }
      least = max(least ?? .min, includes ? number : number + 1)
      return true
    }
    func lower(to number: Int?, includes: Bool) -> Bool {
      guard let number else { return true }
      guard includes || number > .min else { return false }
      greatest = min(greatest ?? .max, includes ? number : number - 1)
      return true
    }
    switch above {
    case .open: break
    case .number(let number): guard raise(to: number, includes: includesAbove) else { return false }
    case .old: guard raise(to: old.lower, includes: includesAbove) else { return false }
    }
    switch below {
    case .open: break
    case .number(let number): guard lower(to: number, includes: includesBelow) else { return false }
    case .old: guard lower(to: old.upper, includes: includesBelow) else { return false }
    }
    return (least ?? .min) <= (greatest ?? .max)
  }
}
