// Text in columns, for reports that people read in a terminal.

extension String {
  /// Filled with spaces behind it, or before it.
  func padded(to width: Int, left: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(width - count, 0))
    return left ? padding + self : self + padding
  }

  var trimmingTrailingSpaces: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}

/// `1,728`
func grouped(_ count: UInt128) -> String {
  var digits = String(count)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return ([digits] + groups).joined(separator: ",")
}

/// `1 state`, `1,728 states`
func stateCount(_ count: UInt128) -> String { count == 1 ? "1 state" : "\(grouped(count)) states" }
