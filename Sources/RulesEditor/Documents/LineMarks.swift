/// Counts inside of long lines, so that a place in a line of a megabyte is found without reading
/// the line from its start. Lines that people write have no marks.
struct LineMarks: Sendable {
  /// Bytes, at least, between a line's start and its first mark, and between two marks.
  static let distance = 256

  struct Mark: Sendable {
    var offset: Int
    /// Columns or code units from the start of the line.
    var count: Int
  }

  /// By offset.
  private var marks: [Mark] = []

  /// Notes a count, if the last one is far enough away.
  mutating func add(_ mark: Mark, lineStart: Int) {
    let last = max(lineStart, marks.last?.offset ?? 0)
    if mark.offset - last >= Self.distance { marks.append(mark) }
  }

  /// The last mark that is not behind `offset` and in the line that starts at `start.offset`; else
  /// `start`.
  func last(before offset: Int, in start: Mark) -> Mark {
    let next = partition { $0.offset > offset }
    guard next > 0, marks[next - 1].offset > start.offset else { return start }
    return marks[next - 1]
  }

  /// The last mark whose count is at most `count`, in the line from `start.offset` to `end`; else
  /// `start`.
  func last(upTo count: Int, in start: Mark, end: Int) -> Mark {
    let next = partition { $0.offset > start.offset && ($0.offset >= end || $0.count > count) }
    guard next > 0, marks[next - 1].offset > start.offset else { return start }
    return marks[next - 1]
  }

  /// The first index from which on a condition holds.
  private func partition(_ isBehind: (Mark) -> Bool) -> Int {
    var low = 0
    var high = marks.count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(marks[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
