/// The candidate that `name` is most likely a misspelling of, or nil when none is near: at most one
/// edit for each three letters, none for names of one or two. Among equally near ones the first in alphabetical order.
///
/// Costs O(candidates × length²); looks at no more than 2000 candidates, none over 64 letters.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  let letters = Array(name.utf8)
  let most = letters.count / 3
  guard most > 0, letters.count <= 64 else { return nil }
  var best: (distance: Int, name: String)?
  for candidate in candidates.prefix(2000) where candidate != name {
    guard abs(candidate.utf8.count - letters.count) <= most else { continue }
    let distance = editDistance(letters, Array(candidate.utf8))
    guard distance <= most else { continue }
    if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}

/// About how many steps `nearestName` takes.
func nearestNameCost(_ name: String, among candidates: [String]) -> Int {
  candidates.count + min(candidates.count, 2000) * name.utf8.count * name.utf8.count
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; upper and
/// lower case of a letter count as the same.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  func lower(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      let isSame = lower(a[i]) == lower(b[j])
      var distance = min(previous[j] + (isSame ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, lower(a[i]) == lower(b[j - 1]), lower(a[i - 1]) == lower(b[j]) {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      current.append(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}
