import RulesRuntime

/// Mutants of rules that nothing finds, and that is known and explained: a file of lines such as
///
///     SegmentRelease.replica X2 without held  // who waits for leave holds what it is to free
///
/// A `*` at the end stands for any text. Lines that begin with `//` and empty lines say nothing.
struct KnownSurvivors {
  private struct Line {
    var text: String
    var isBeginning: Bool
    var place: String

    func matches(_ mutant: String) -> Bool {
      isBeginning ? mutant.hasPrefix(text) : mutant == text
    }
  }

  private var lines: [Line] = []

  /// None.
  init() {}

  /// - Throws: when the file cannot be read, or a line gives no reason.
  init(path: String) throws(CommandFailure) {
    for line in try MutantNotes.lines(of: path) {
      let parts = line.text.split(separator: "  // ", maxSplits: 1)
      guard parts.count == 2 else {
        throw CommandFailure("\(line.place): no reason: MUTANT  // REASON")
      }
      let isBeginning = parts[0].hasSuffix("*")
      lines.append(
        Line(
          text: String(isBeginning ? parts[0].dropLast() : parts[0]), isBeginning: isBeginning,
          place: line.place))
    }
  }

  /// The line that says of a mutant that it survives, `FILE:LINE`; nil: none does.
  func place(of mutant: String) -> String? { lines.first { $0.matches(mutant) }?.place }

  /// The lines that stand for none of these mutants: `FILE:LINE`.
  func unused(among mutants: [String]) -> [String] {
    lines.filter { line in !mutants.contains { line.matches($0) } }.map(\.place)
  }

  /// Some of those of these mutants that are said to survive, drawn by a seed.
  func draw(_ count: Int, among mutants: [String], seed: UInt64) -> Set<String> {
    var random = SplitMix64(seed: seed)
    return Set(
      mutants.filter { place(of: $0) != nil }.shuffled(using: &random).prefix(count))
  }
}
