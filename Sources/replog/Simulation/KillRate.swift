/// How many mutants were found, by task, and by what.
struct KillRate {
  private struct Count {
    var found = 0
    var same = 0
    var known = 0
    var unknown = 0
  }

  private var tasks: [String: Count] = [:]
  private var killers: [String: Int] = [:]
  /// Mutants for which no time was left.
  var leftOut = 0

  /// Mutants that were not found, and that nobody has explained.
  var unknown: Int { tasks.values.reduce(0) { $0 + $1.unknown } }

  /// Takes in what became of one.
  /// - Parameters:
  ///   - task: whose rules it changes.
  ///   - invariant: what it broke; nil: it was not found.
  ///   - isKnown: it may survive.
  mutating func note(_ task: some StringProtocol, _ invariant: String?, isKnown: Bool) {
    var count = tasks[String(task)] ?? Count()
    if let invariant {
      count.found += 1
      killers[invariant, default: 0] += 1
    } else if isKnown {
      count.known += 1
    } else {
      count.unknown += 1
    }
    tasks[String(task)] = count
  }

  /// Takes in one of which it is proved that it changes nothing.
  mutating func noteSame(_ task: some StringProtocol) {
    tasks[String(task), default: Count()].same += 1
  }

  /// For people: a line for each task, and one for all.
  var lines: [String] {
    let by = killers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    var sum = Count()
    var lines: [String] = []
    for (task, count) in tasks.sorted(by: { $0.key < $1.key }) {
      lines.append("\(task): \(Self.text(count))")
      sum.found += count.found
      sum.same += count.same
      sum.known += count.known
      sum.unknown += count.unknown
    }
    lines.append("all: \(Self.text(sum))" + (by.isEmpty ? "" : "; found by \(by)"))
    if leftOut > 0 { lines.append("not hunted, for want of time: \(counted(leftOut, "mutant"))") }
    return lines
  }

  private static func text(_ count: Count) -> String {
    let all = count.found + count.known + count.unknown
    let rate = decimal(100 * Double(count.found) / Double(max(all, 1)))
    let same = count.same > 0 ? ", and \(count.same) that change nothing" : ""
    return "\(counted(all, "mutant")), \(count.found) found (\(rate) %), \(count.known) known to "
      + "survive, \(count.unknown) not explained\(same)"
  }
}
