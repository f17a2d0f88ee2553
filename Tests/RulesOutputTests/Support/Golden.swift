import Foundation
import Testing

/// Compares with a file in `Golden`. After a wanted change, run the tests once with UPDATE_GOLDEN=1
/// in the environment, which writes the files, and review their difference.
func expectGolden(_ text: String, _ name: String) throws {
  let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden/\(name)")
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
    try text.write(to: url, atomically: true, encoding: .utf8)
    return
  }
  let golden = try String(contentsOf: url, encoding: .utf8)
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let goldenLines = golden.split(separator: "\n", omittingEmptySubsequences: false)
  let first = zip(lines, goldenLines).enumerated().first { $0.element.0 != $0.element.1 }
  #expect(
    text == golden,
    """
    \(name), line \((first?.offset ?? min(lines.count, goldenLines.count)) + 1): \
    '\(first?.element.0 ?? "")' instead of '\(first?.element.1 ?? "")'. If this is wanted, run the \
    test with UPDATE_GOLDEN=1
    """)
}
