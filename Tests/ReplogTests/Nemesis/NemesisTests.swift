import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// `RULES_NEMESIS_SECONDS` makes it longer (from 60 on some cuts take 10 to 20 s), `RULES_NEMESIS_SEED`
  /// repeats its choices, though not what the machine makes of them.
  @Suite("Processes under attack", .serialized, .timeLimit(.minutes(60)))
  struct NemesisTests {
    @Test("Whatever is killed, stopped, cut off and damaged, no acknowledged record is lost")
    func attack() async throws {
      let environment = ProcessInfo.processInfo.environment
      let seconds = environment["RULES_NEMESIS_SECONDS"].flatMap { Int($0) } ?? 20
      let seed =
        environment["RULES_NEMESIS_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999_999)
      // A line may be written to an owner that has just been killed.
      signal(SIGPIPE, SIG_IGN)
      try await withTemporaryDirectory { folder in
        let cluster = try NemesisCluster(in: folder)
        defer { cluster.end() }
        let owner = try NemesisOwner(
          seed: seed, rate: min(2_000_000, 200_000_000 / max(1, seconds))
        ) { try cluster.owner() }
        defer { owner.process.signal(SIGKILL) }
        var nemesis = Nemesis(cluster, owner, seed: seed, hasLongCuts: seconds >= 60)
        // Nothing is attacked before something is acknowledged.
        try await run(cluster, owner) { owner.acknowledgedCount > 100 }
        let end = ContinuousClock.now + .seconds(seconds)
        try await run(cluster, owner) {
          try nemesis.step()
          return ContinuousClock.now >= end
        }
        nemesis.end()
        let (before, written) = (owner.acknowledgedCount, owner.next)
        // It goes on by itself: what is written from now on is acknowledged.
        try await run(cluster, owner) { owner.acknowledged(after: written) }
        print(report(seed, seconds, cluster, owner, nemesis, before))
        owner.process.signal(SIGKILL)
        owner.process.process.waitUntilExit()
        owner.noteEnd()
        try await NemesisEpilogue(cluster: cluster, owner: owner, seed: seed).play()
        #expect(cluster.crashes == [], "seed \(seed)")
      }
    }

    /// Lets the cluster and its owner live until the condition holds, at most ten minutes.
    private func run(
      _ cluster: NemesisCluster, _ owner: NemesisOwner, until isOver: () throws -> Bool
    ) async throws {
      let deadline = ContinuousClock.now + .seconds(600)
      while try !isOver() {
        try cluster.step()
        try owner.step()
        try await Task.sleep(for: .milliseconds(20))
        try #require(
          ContinuousClock.now < deadline,
          "ten minutes, and \(owner.acknowledgedCount) acknowledged\n\(cluster.words)\n\(owner.words)"
        )
      }
    }

    private func report(
      _ seed: UInt64, _ seconds: Int, _ cluster: NemesisCluster, _ owner: NemesisOwner,
      _ nemesis: Nemesis, _ acknowledged: Int
    ) -> String {
      let attacks = nemesis.attacks.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
      return "nemesis: seed \(seed), \(seconds) s, \(cluster.means); \(acknowledged) lines "
        + "acknowledged to \(owner.starts) owners; \(attacks.joined(separator: ", "))"
    }
  }
}
