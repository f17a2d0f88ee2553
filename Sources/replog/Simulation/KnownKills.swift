/// The seeds that found mutants the last time, so that a hunt begins with them: a file of lines such as
///
///     17  SegmentRelease.replica X2 without held
///
/// A seed that finds a mutant no more is no mistake: those after it are tried.
struct KnownKills {
  private(set) var seeds: [String: UInt64] = [:]

  /// Bytes that the file may have.
  private static let limit = 1 << 20

  /// None.
  init() {}

  /// - Throws: when the file cannot be read, or a line has no seed.
  init(path: String) throws(CommandFailure) {
    let content = String(decoding: try FileBytes.read(path, limit: Self.limit), as: UTF8.self)
    for (number, line) in content.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      guard !line.isEmpty, !line.hasPrefix("//") else { continue }
      guard let space = line.firstRange(of: "  "), let seed = UInt64(line[..<space.lowerBound])
      else { throw CommandFailure("\(path):\(number + 1): no seed: SEED  MUTANT") }
      seeds[String(line[space.upperBound...])] = seed
    }
  }

  /// Notes what found a mutant this time.
  mutating func note(_ seed: UInt64, of mutant: String) { seeds[mutant] = seed }

  /// The file, by mutant.
  var text: String {
    seeds.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
  }
}
