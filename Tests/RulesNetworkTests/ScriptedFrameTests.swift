import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@Suite("Faults of frames")
struct ScriptedFrameTests {
  /// Sends frames from one host to another.
  /// - Returns: the numbers that arrive.
  private func arrivals(
    of frames: Int, in world: FaultyWorld, sizes: (Int) -> Int = { 4 + $0 % 90 }
  ) throws -> [Int] {
    let server = try world.server("b")
    let client = try world.client("a", to: "b")
    for number in 0..<frames {
      client.send(FaultyWorld.frame(number, size: sizes(number)))
      if number % 7 == 0 { world.run(for: .milliseconds(1)) }
    }
    #expect(world.run { client.backlog == 0 })
    world.run(for: .seconds(1))
    let received = try #require(server.peers.first?.received)
    return try #require(FaultyWorld.numbers(received), "whole frames only")
  }

  @Test("Dropped frames are missing, the others in order", arguments: UInt64(1)...3)
  func drop(seed: UInt64) throws {
    let world = FaultyWorld(seed: seed) { $0.dropRate = 0.3 }
    let arrived = try arrivals(of: 400, in: world)
    let dropped = world.network.counters(from: "a", to: "b").dropped
    #expect((80...160).contains(dropped))
    #expect(arrived.count == 400 - dropped && arrived == arrived.sorted())
    #expect(world.network.counters(from: "b", to: "a").dropped == 0)
  }

  @Test("A connection that loses all its frames does not fill up")
  func dropAll() throws {
    let world = FaultyWorld { $0.dropRate = 1 }
    let server = try world.server("b")
    let client = try world.client("a", to: "b")
    client.send((0..<200).flatMap { FaultyWorld.frame($0, size: 10_000) })
    #expect(world.run { client.isOpen && client.backlog == 0 })
    world.run(for: .seconds(1))
    #expect(server.peers.first?.received == [])
    #expect(world.network.counters.dropped == 200)
  }

  @Test("Duplicated frames arrive twice in a row", arguments: UInt64(1)...3)
  func duplicate(seed: UInt64) throws {
    let world = FaultyWorld(seed: seed) { $0.duplicateRate = 0.3 }
    let arrived = try arrivals(of: 400, in: world)
    let duplicated = world.network.counters.duplicated
    #expect((80...160).contains(duplicated))
    #expect(arrived.count == 400 + duplicated && arrived == arrived.sorted())
    #expect(Set(arrived).count == 400)
  }

  @Test("Copies do not make a sender believe that there is more room")
  func duplicatesAndRoom() throws {
    let world = FaultyWorld { $0.duplicateRate = 1 }
    let server = try world.server("b")
    let client = try world.client("a", to: "b")
    let frames = (0..<1_000).flatMap { FaultyWorld.frame($0, size: 998) }
    client.send(frames)
    #expect(world.run { server.peers.first?.received.count == 2_000_000 })
    server.peers[0].reads = false
    client.send(frames)
    world.run(for: .seconds(1))
    let taken = frames.count - client.backlog
    #expect((200_000...256 << 10).contains(taken))
  }

  @Test("Frames are overtaken by four later ones at most, and all arrive", arguments: UInt64(1)...3)
  func reorder(seed: UInt64) throws {
    let world = FaultyWorld(seed: seed) { $0.reorderRate = 0.3 }
    let arrived = try arrivals(of: 400, in: world)
    #expect(arrived.sorted() == Array(0..<400))
    #expect(arrived != arrived.sorted())
    let late = arrived.enumerated().filter { $0.offset > $0.element }
    #expect(late.count == world.network.counters.reordered)
    #expect(late.allSatisfy { $0.offset - $0.element <= 4 })
  }

  @Test("A frame that nothing overtakes arrives after a while")
  func reorderAlone() throws {
    let world = FaultyWorld { $0.reorderRate = 1 }
    #expect(try arrivals(of: 1, in: world) == [0])
    #expect(world.network.counters.reordered == 0)
  }

  @Test(
    "A frame arrives once more on a newer connection, between its frames", arguments: UInt64(1)...3)
  func replay(seed: UInt64) throws {
    let world = FaultyWorld(seed: seed) {
      $0.replayRate = 0.5
      $0.replayDelay = .seconds(1)...(.seconds(5))
    }
    let server = try world.server("b")
    do {
      let old = try world.client("a", to: "b")
      for number in 0..<100 { old.send(FaultyWorld.frame(number)) }
      #expect(world.run { server.peers.first?.received.count == 100 * 10 })
      old.close()
    }
    let new = try world.client("a", to: "b")
    for number in 1000..<1100 {
      new.send(FaultyWorld.frame(number, size: 300))
      world.run(for: .milliseconds(70))
    }
    world.run(for: .seconds(10))
    let arrived = try #require(FaultyWorld.numbers(server.peers[1].received))
    let copies = arrived.filter { $0 < 1000 }
    #expect((20...80).contains(copies.count))
    #expect(world.network.counters.replayedOnNewerConnection == copies.count)
    let own = world.network.counters.replayed - copies.count
    #expect(arrived.count { $0 >= 1000 } == 100 + own)
  }

  @Test("A frame is not replayed to another service, nor the other way")
  func replayElsewhere() throws {
    let world = FaultyWorld {
      $0.replayRate = 1
      $0.replayDelay = .seconds(1)...(.seconds(2))
    }
    let server = try world.server("b")
    let other = try EchoServer(
      world.transport("b"), at: NetworkAddress(host: "b", port: 2), echoes: false)
    let own = try world.server("a")
    let client = try world.client("a", to: "b")
    client.send(FaultyWorld.frame(1))
    #expect(world.run { server.peers.first?.received.count == 10 })
    client.close()
    let toOther = StreamPeer(
      try world.transport("a").connect(to: other.address), isOpen: false)
    let fromB = try world.client("b", to: "a")
    world.run(for: .seconds(5))
    #expect(toOther.isOpen && fromB.isOpen)
    #expect(other.peers.map(\.received) == [[]] && own.peers.map(\.received) == [[]])
    #expect(fromB.received.isEmpty && world.network.counters.replayed == 0)
  }

  @Test("Frames of any size survive all faults whole", arguments: UInt64(1)...8)
  func allFaults(seed: UInt64) throws {
    let world = FaultyWorld(seed: seed) {
      $0.dropRate = 0.1
      $0.duplicateRate = 0.1
      $0.reorderRate = 0.1
      $0.replayRate = 0.1
      $0.replayDelay = .milliseconds(1)...(.milliseconds(30))
      $0.largestPiece = 5_000
    }
    // Some are too long to be taken for frames; they arrive once, where they were sent.
    let arrived = try arrivals(of: 300, in: world) { number in
      number % 40 == 39 ? 65_535 : 4 + number * 37 % 3_000
    }
    #expect(Set(arrived).isSuperset(of: stride(from: 39, to: 300, by: 40)))
    let counters = world.network.counters
    #expect(counters.dropped > 5 && counters.duplicated > 5 && counters.reordered > 5)
    #expect(counters.replayed > 5 && counters.replayedOnNewerConnection == 0)
    #expect(arrived.count == 300 - counters.dropped + counters.duplicated + counters.replayed)
  }

  @Test("Nothing comes between the parts of a long frame", arguments: [true, false])
  func partsOfLongFrame(isReplay: Bool) throws {
    let world = FaultyWorld {
      if isReplay { $0.replayRate = 1 } else { $0.reorderRate = 1 }
      $0.replayDelay = .milliseconds(10)...(.milliseconds(20))
    }
    let server = try world.server("b")
    let client = try world.client("a", to: "b")
    #expect(world.run { client.isOpen })
    let long = FaultyWorld.frame(2, size: 65_535)
    client.send(FaultyWorld.frame(1))
    client.send(Array(long[..<40_000]))
    world.run(for: .milliseconds(100))
    client.send(Array(long[40_000...]))
    world.run(for: .milliseconds(100))
    let arrived = FaultyWorld.numbers(server.peers[0].received)
    #expect(arrived == (isReplay ? [1, 2, 1] : [2, 1]))
  }

  @Test("Half a frame arrives while there are no faults of frames, and when they end")
  func halfFrames() throws {
    let world = FaultyWorld()
    let server = try world.server("b")
    let client = try world.client("a", to: "b")
    let frame = FaultyWorld.frame(1, size: 100)
    client.send(Array(frame[..<30]))
    #expect(world.run { server.peers.first?.received.count == 30 })
    var faulty = LinkConditions()
    faulty.duplicateRate = 1
    world.network.apply(.conditions(faulty, .all))
    // The frame that is under way already has no faults; the next one has.
    client.send(Array(frame[30...]) + frame[..<30])
    #expect(world.run { server.peers[0].received.count == 102 })
    world.run(for: .seconds(1))
    #expect(server.peers[0].received.count == 102)
    client.send(Array(frame[30...]) + frame[..<50])
    world.run(for: .seconds(1))
    #expect(server.peers[0].received.count == 3 * 102)
    world.network.apply(.conditions(LinkConditions(), .all))
    #expect(world.run { server.peers[0].received.count == 3 * 102 + 50 })
    client.send(Array(frame[50...]))
    #expect(world.run { FaultyWorld.numbers(server.peers[0].received) == [1, 1, 1, 1] })
  }

  @Test("Bytes that are no frames go through", arguments: [[UInt8(0)], [255, 255], [1, 0, 7, 3]])
  func noFrames(unit: [UInt8]) throws {
    var conditions = LinkConditions()
    conditions.dropRate = 1
    let network = MemoryNetwork(seed: 1, conditions: conditions) { bytes in
      bytes[0] == 0 ? nil : bytes[0] == 255 ? -1 : 0
    }
    let world = World()
    let core = PoolCore(name: "test", clock: world.clock)
    world.add(core)
    let transport = network.transport(for: core)
    let server = try EchoServer(transport, echoes: false)
    let client = StreamPeer(try transport.connect(to: server.address), isOpen: false)
    let bytes = Array(repeatElement(unit, count: 10_000).joined())
    client.send(bytes)
    #expect(world.run { server.peers.first?.received == bytes } == .reached)
  }
}
