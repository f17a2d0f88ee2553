import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@Suite("One seed, one run")
struct ScriptedDeterminismTests {
  struct Outcome: Equatable, CustomStringConvertible {
    var fingerprint: UInt64
    var counters: NetworkCounters
    var received: [Int]
    var description: String { "fingerprint \(fingerprint), \(counters), \(received)" }
  }

  /// Five hosts that all talk to each other while everything happens that can.
  static func chaos(seed: UInt64) throws -> Outcome {
    let world = FaultyWorld(seed: seed) {
      $0.slowRate = 0.01
      $0.slowDelay = .milliseconds(10)...(.milliseconds(100))
      $0.largestPiece = 200
      $0.bandwidth = 1_000_000
      $0.corruptionRate = 0.001
      $0.closeRate = 0.001
      $0.resetRate = 0.001
      $0.dropRate = 0.05
      $0.duplicateRate = 0.05
      $0.reorderRate = 0.05
      $0.replayRate = 0.05
      $0.replayDelay = .milliseconds(10)...(.seconds(1))
    }
    let hosts = ["a", "b", "c", "d", "e"]
    world.network.play(
      NetworkScript([
        .init(after: .milliseconds(100), .block(.held, .between(["a", "b"], ["c", "d", "e"]))),
        .init(after: .milliseconds(200), .block(.lost, .from("e"))),
        .init(after: .milliseconds(300), .unblock(.all)),
        .init(after: .milliseconds(400), .vanish(host: "d")),
        .init(after: .milliseconds(500), .appear(host: "d")),
        .init(after: .milliseconds(600), .resetAll(.to("a"))),
      ]), on: world.core("script"))
    let servers = try hosts.map { try world.server($0) }
    let pairs = hosts.flatMap { from in hosts.filter { $0 != from }.map { (from, $0) } }
    var clients: [StreamPeer] = []
    for round in 0..<40 {
      if round % 10 == 0 {
        clients = try pairs.map { from, to in try world.client(from, to: to) }
      }
      for client in clients where client.end == nil {
        client.send(FaultyWorld.frame(round, size: 100 + round))
      }
      world.run(for: .milliseconds(20))
    }
    world.run(for: .seconds(2))
    return Outcome(
      fingerprint: world.network.fingerprint, counters: world.network.counters,
      received: servers.flatMap { $0.peers.map(\.received.count) })
  }

  @Test("The same seed gives the same run, another seed another one", arguments: UInt64(1)...3)
  func sameSeed(seed: UInt64) throws {
    let outcome = try Self.chaos(seed: seed)
    #expect(try Self.chaos(seed: seed) == outcome)
    #expect(try Self.chaos(seed: seed + 10).fingerprint != outcome.fingerprint)
  }

  @Test("In the chaos of these tests every kind of fault happens")
  func everyFault() throws {
    let outcomes = try (UInt64(1)...3).map { try Self.chaos(seed: $0).counters }
    let paths: [KeyPath<NetworkCounters, Int>] = [
      \.connections, \.refusals, \.pieces, \.bytes, \.slow, \.cut, \.throttled, \.held, \.lost,
      \.corrupted, \.closed, \.reset, \.vanished, \.dropped, \.duplicated, \.reordered, \.replayed,
      \.replayedOnNewerConnection,
    ]
    for path in paths {
      #expect(outcomes.map { $0[keyPath: path] }.reduce(0, +) > 0, "\(path)")
    }
  }

  @Test("Another process, whose dictionaries have other orders, runs the same")
  func otherProcess() async throws {
    let here = try Self.chaos(seed: 5)
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      print(try Self.chaos(seed: 5))
    }
    let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(text.contains(here.description))
  }

  @Test("What happens on one link leaves the random numbers of the others alone")
  func independentLinks() throws {
    func drops(withOthers: Bool) throws -> [Int] {
      let world = FaultyWorld { $0.dropRate = 0.2 }
      let server = try world.server("b")
      let other = withOthers ? try world.client("c", to: "b") : nil
      let client = try world.client("a", to: "b")
      for number in 0..<200 {
        other?.send(FaultyWorld.frame(number + 1_000))
        client.send(FaultyWorld.frame(number))
      }
      world.run(for: .seconds(1))
      return server.peers.compactMap { FaultyWorld.numbers($0.received) }
        .first { ($0.first ?? 1_000) < 1_000 } ?? []
    }
    let alone = try drops(withOthers: false)
    #expect((100..<200).contains(alone.count))
    #expect(try drops(withOthers: true) == alone)
  }
}
