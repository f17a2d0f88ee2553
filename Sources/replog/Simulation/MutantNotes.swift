/// The lines of a file about mutants. Lines that begin with `//` and empty lines say nothing.
enum MutantNotes {
  struct Line {
    var text: Substring
    /// `FILE:LINE`
    var place: String
  }

  /// Bytes that the file may have.
  private static let limit = 1 << 20

  /// - Throws: when the file cannot be read.
  static func lines(of path: String) throws(CommandFailure) -> [Line] {
    let content = String(decoding: try FileBytes.read(path, limit: limit), as: UTF8.self)
    return content.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { Line(text: $1, place: "\(path):\($0 + 1)") }
      .filter { !$0.text.isEmpty && !$0.text.hasPrefix("//") }
  }
}
