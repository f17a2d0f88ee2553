/// Mutants of rules that nothing finds, and that is known and explained: a file of lines such as
///
///     SegmentRelease.replica X2 without held  // who waits for leave holds what it is to free
///
/// A `*` at the end stands for any text. Lines that begin with `//` and empty lines say nothing.
struct KnownSurvivors {
  private struct Line {
    var text: String
    var isBeginning: Bool
    var source: String

    func matches(_ mutant: String) -> Bool {
      isBeginning ? mutant.hasPrefix(text) : mutant == text
    }
  }

  private var lines: [Line] = []

  /// Bytes that the file may have.
  private static let limit = 1 << 20

  /// None.
  init() {}

  /// - Throws: when the file cannot be read, or a line gives no reason.
  init(path: String) throws(CommandFailure) {
    let content = String(decoding: try FileBytes.read(path, limit: Self.limit), as: UTF8.self)
    for (number, line) in content.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      guard !line.isEmpty, !line.hasPrefix("//") else { continue }
      let parts = line.split(separator: "  // ", maxSplits: 1)
      guard parts.count == 2 else {
        throw CommandFailure("\(path):\(number + 1): no reason: MUTANT  // REASON")
      }
      let isBeginning = parts[0].hasSuffix("*")
      lines.append(
        Line(
          text: String(isBeginning ? parts[0].dropLast() : parts[0]), isBeginning: isBeginning,
          source: "\(path):\(number + 1)"))
    }
  }

  /// Whether a mutant that was not found is known.
  func knows(_ mutant: String) -> Bool { lines.contains { $0.matches(mutant) } }

  /// The lines that stand for none of these mutants: `FILE:LINE`.
  func unused(among mutants: [String]) -> [String] {
    lines.filter { line in !mutants.contains { line.matches($0) } }.map(\.source)
  }
}
