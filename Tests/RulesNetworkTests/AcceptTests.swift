import CLinux
import Glibc
import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Accepting connections")
struct AcceptTests {
  private func connect(_ count: Int, to server: EchoServer, in world: KernelWorld) throws
    -> [StreamPeer]
  {
    try (0..<count).map { _ in
      StreamPeer(try world.transport.connect(to: server.address), isOpen: false)
    }
  }

  private func isServed(_ client: StreamPeer, in world: KernelWorld) -> Bool {
    let before = client.received.count
    client.send([1, 2, 3])
    return world.run { client.received.count == before + 3 || client.end != nil }
      && client.end == nil
  }

  @Test(
    "Without descriptors waiting clients are turned away, with one warning; then all goes on",
    arguments: [EMFILE, ENFILE])
  func turnedAway(errno: Int32) throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    let first = try connect(1, to: server, in: world)[0]
    #expect(isServed(first, in: world))

    // Every other accept is the one that uses the spare descriptor.
    for place in 0..<10 { world.kernel.fail(.accept, with: errno, at: 2 * place..<2 * place + 1) }
    let unlucky = try connect(10, to: server, in: world)
    #expect(world.run { unlucky.allSatisfy { $0.end != nil } })
    #expect(server.peers.count == 1)
    #expect(isServed(first, in: world), "connected clients are served meanwhile")
    let reason = String(cString: strerror(errno))
    #expect(
      world.log.warnings == [
        "accept at \(server.address): \(reason); new clients are turned away"
      ])

    let late = try connect(3, to: server, in: world)
    #expect(late.allSatisfy { isServed($0, in: world) })
    #expect(world.kernel.closedTwice.isEmpty)
  }

  @Test("While clients are turned away in vain, the server looks ten times a second")
  func noSpinning() throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    world.kernel.fail(.accept, with: EMFILE, at: 0..<6)
    let client = try connect(1, to: server, in: world)[0]
    let began = world.core.now
    #expect(isServed(client, in: world))
    // Each look fails twice: without and with the spare place. Three looks make two pauses at least.
    #expect(world.core.now - began >= .milliseconds(200))
    #expect(world.kernel.count(.accept) <= 10)
    #expect(world.log.warnings.count == 1)
  }

  @Test("A spare descriptor that another thread took comes back later")
  func lostSpare() throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    // The spare one of the listener has just been made; the next two attempts to take it back fail.
    world.kernel.fail(.createSignal, with: EMFILE, at: 0..<2)
    world.kernel.fail(.accept, with: EMFILE, at: 0..<1)
    world.kernel.fail(.accept, with: EMFILE, at: 2..<4)
    let clients = try connect(2, to: server, in: world)
    #expect(world.run { clients.contains { $0.end != nil } })
    let lucky = try #require(clients.first { $0.end == nil })
    #expect(isServed(lucky, in: world))
    #expect(world.kernel.count(.createSignal) >= 4)
    server.close()
    #expect(world.kernel.closedTwice.isEmpty)
  }

  @Test("Without memory accepting pauses, and nobody is lost", arguments: [ENOBUFS, ENOMEM])
  func withoutMemory(errno: Int32) throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    world.kernel.fail(.accept, with: errno, at: 0..<2)
    let clients = try connect(5, to: server, in: world)
    #expect(clients.allSatisfy { isServed($0, in: world) })
    #expect(world.log.warnings.count == 1)
  }

  @Test(
    "A connection that broke before it was accepted concerns nobody else",
    arguments: [ECONNABORTED, EPROTO, EHOSTUNREACH, EINTR])
  func brokenBefore(errno: Int32) throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    world.kernel.fail(.accept, with: errno, at: 0..<20)
    let clients = try connect(5, to: server, in: world)
    #expect(clients.allSatisfy { isServed($0, in: world) })
    #expect(world.log.warnings.isEmpty)
  }

  @Test("A connection that the poller cannot watch is closed", arguments: [ENOSPC, ENOMEM])
  func unwatched(errno: Int32) throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    let connections = try (0..<3).map { _ in try world.transport.connect(to: server.address) }
    let clients = connections.map { StreamPeer($0, isOpen: false) }
    world.kernel.fail(.addToQueue, with: errno, at: 0..<2)
    #expect(world.run { clients.count { $0.end != nil } == 2 && server.peers.count == 1 })
    #expect(isServed(try #require(clients.first { $0.end == nil }), in: world))
    #expect(world.log.warnings.count == 1)
  }

  @Test("One poll accepts 64 connections, so that connected clients have their turn")
  func batches() throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    let clients = try connect(150, to: server, in: world)
    var counts: [Int] = []
    for _ in 0..<3 {
      world.poller.poll(timeout: .seconds(10))
      counts.append(server.peers.count)
    }
    #expect(counts == [64, 128, 150])
    #expect(world.run { clients.allSatisfy(\.isOpen) })
  }

  @Test("An owner that closes the listener when it gets a connection gets no other")
  func closedWhileAccepting() throws {
    let world = try KernelWorld()
    var accepted: [any TransportConnection] = []
    var listener: (any TransportListener)?
    listener = try world.transport.listen(at: NetworkAddress(host: "127.0.0.1", port: 0)) {
      accepted.append($0)
      listener?.close()
    }
    let address = try #require(listener?.address)
    let clients = try (0..<3).map { _ in
      StreamPeer(try world.transport.connect(to: address), isOpen: false)
    }
    #expect(world.run { clients.count { $0.end != nil } == 2 })
    #expect(accepted.count == 1)
  }

  @Test("Connections have their listener's options, and no call is made for them")
  func inheritedOptions() throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    let before = world.kernel.open
    let clients = try connect(2, to: server, in: world)
    let calls = world.kernel.count(.setOption)
    #expect(world.run { server.peers.count == 2 && clients.allSatisfy(\.isOpen) })
    #expect(world.kernel.count(.setOption) == calls)
    let sockets = world.kernel.open.subtracting(before)
    #expect(sockets.count == 4)
    for socket in sockets {
      #expect(clinux_socket_get(socket, SocketOption.noDelay.rawValue) == 1)
      #expect(clinux_socket_get(socket, SocketOption.keepAlive.rawValue) == 1)
      #expect(clinux_socket_get(socket, SocketOption.keepIdleSeconds.rawValue) == 5)
      #expect(clinux_socket_get(socket, SocketOption.keepIntervalSeconds.rawValue) == 1)
      #expect(clinux_socket_get(socket, SocketOption.keepCount.rawValue) == 15)
      #expect(
        clinux_socket_get(socket, SocketOption.userTimeoutMilliseconds.rawValue) == 20_000)
    }
  }

  @Test("Hundreds of connections that come, stall and go leave no descriptor behind")
  func churn() throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    let first = try connect(1, to: server, in: world)[0]
    #expect(isServed(first, in: world))
    let base = world.kernel.open
    for round in 0..<3 {
      var clients = try connect(200, to: server, in: world)
      #expect(world.run { server.peers.count == 1 + 200 * (round + 1) })
      for client in clients.prefix(100) { client.send([7]) }
      #expect(isServed(first, in: world))
      clients = []
      #expect(world.run { server.peers.dropFirst().allSatisfy { $0.end != nil } })
      #expect(world.kernel.open == base)
    }
    #expect(world.kernel.closedTwice.isEmpty)
  }
}
