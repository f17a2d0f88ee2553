import Foundation
import Testing

/// What must be true once nothing is attacked any more, and the last owner was killed.
struct NemesisEpilogue {
  let cluster: NemesisCluster
  let owner: NemesisOwner
  let seed: UInt64

  /// The log is recovered as it was said to be, has all that was acknowledged, goes on, and is sound on
  /// every disk.
  func play() async throws {
    try await waitForAllBackups()
    let foreseen = try await succeed(["recover", "--dry-run"])
    let recovered = try await succeed(["recover"])
    #expect(
      segments(foreseen.output, after: "is complete: ") == segments(recovered.output, after: ""),
      "seed \(seed)\n\(foreseen.output)\n\(recovered.output)")
    let before = try await succeed(["read"]).text
    #expect(owner.problem(with: before) == nil, "seed \(seed)\n\(cluster.words)")

    let line = Data("the log goes on\n".utf8)
    _ = try await succeed(["append"], input: line)
    let after = try await succeed(["read"]).text
    #expect(after == before + line, "seed \(seed): \(before.count) bytes, then \(after.count)")

    try await cluster.stopBackups()
    for index in cluster.backups.indices { try await check(index) }
  }

  /// Every backup comes back, the one with the full disk too.
  private func waitForAllBackups() async throws {
    let wanted = "\(cluster.backups.count) backups"
    var words = ""
    for _ in 0..<120 {
      words = try await cluster.client(["status"]).end().output
      if words.contains(wanted) { return }
      try cluster.step()
      try await Task.sleep(for: .milliseconds(500))
    }
    Issue.record("a backup does not come back, seed \(seed)\n\(words)\n\(cluster.words)")
  }

  /// What a backup has on its disk is sound; only where files were damaged some may still be so.
  private func check(_ index: Int) async throws {
    let end = try await cluster.check(index).end()
    let accepted: [Int32] = index == NemesisCluster.damaged ? [0, 1] : [0]
    #expect(
      accepted.contains(end.code), "backup-\(index), seed \(seed)\n\(end.output)\(end.errors)")
  }

  /// The number in `12 segments`.
  private func segments(_ text: String, after mark: String) -> Int? {
    let lines = text.split(separator: "\n")
    let found = lines.compactMap { line in
      mark.isEmpty ? line[...] : line.range(of: mark).map { line[$0.upperBound...] }
    }
    return found.first.flatMap { Int($0.prefix(while: \.isNumber)) }
  }

  /// Runs a verb until it succeeds: members that were attacked may still be on their way back.
  private func succeed(
    _ arguments: [String], input: Data? = nil
  ) async throws -> (output: String, text: Data) {
    var words = ""
    for _ in 0..<60 {
      let process = try cluster.client(arguments, input: input)
      let end = try await process.end()
      if end.code == 0 { return (end.output, process.outputData) }
      // It ends by itself, whatever is the matter.
      #expect(end.code > 0, "\(arguments), seed \(seed): \(end.errors)\n\(cluster.words)")
      words = end.output + end.errors
      try cluster.step()
      try await Task.sleep(for: .milliseconds(500))
    }
    try #require(
      words.isEmpty, "\(arguments) never succeeds, seed \(seed): \(words)\n\(cluster.words)")
    return ("", Data())
  }
}
