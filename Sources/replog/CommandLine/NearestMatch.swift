/// The candidate that `word` most likely means: at most a third of its characters (and never fewer
/// than two) are wrong. Ties go to the first candidate.
func nearestMatch(to word: String, among candidates: [String]) -> String? {
  let allowed = max(2, word.count / 3)
  let ranked = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= allowed else {
    return candidates.first { word.count > 3 && $0.hasPrefix(word) }
  }
  return best.candidate
}

/// How many characters must be inserted, deleted or replaced, or neighbours swapped, to get from
/// `a` to `b` (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1], row[j]) + 1
      cost = min(cost, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
