/// The seeds that found mutants the last time, so that a hunt begins with them: a file of lines such as
///
///     17  SegmentRelease.replica X2 without held
///
/// A seed that finds a mutant no more is no mistake: those after it are tried.
struct KnownKills {
  private(set) var seeds: [String: UInt64] = [:]

  /// None.
  init() {}

  /// - Throws: when the file cannot be read, or a line has no seed.
  init(path: String) throws(CommandFailure) {
    for line in try MutantNotes.lines(of: path) {
      guard let space = line.text.firstRange(of: "  "),
        let seed = UInt64(line.text[..<space.lowerBound])
      else { throw CommandFailure("\(line.place): no seed: SEED  MUTANT") }
      seeds[String(line.text[space.upperBound...])] = seed
    }
  }

  /// Notes what found a mutant this time.
  mutating func note(_ seed: UInt64, of mutant: String) { seeds[mutant] = seed }

  /// The file, by mutant.
  var text: String {
    seeds.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
  }
}
