import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@Suite("Simulated network")
struct MemoryNetworkTests {
  /// A run with connections that are reset, servers that close and clients that are closed.
  /// - Returns: what happened when.
  private func history(seed: UInt64) throws -> [String] {
    let world = try TestWorld(.memory, seed: seed)
    var history: [String] = []
    func note(_ text: String) { history.append("\(world.core.now.nanoseconds) \(text)") }
    let servers = try (0..<3).map { _ in try world.echoServer() }
    let clients = (0..<3).map { _ in world.client() }
    for (number, client) in clients.enumerated() {
      client.onUnreachable = { key, reason in note("client \(number) \(key): \(reason)") }
      for server in servers {
        for byte in UInt8(0)..<5 {
          client.start(.address(server.address), opcode: 1, head: [byte]) {
            note("client \(number): \(String(describing: $0.outcome))")
          }
        }
      }
    }
    world.core.schedule(after: .milliseconds(3)) {
      world.memory?.reset(connectionsTo: servers[0].address)
    }
    world.core.schedule(after: .milliseconds(4)) { servers[1].close() }
    world.run(for: .milliseconds(30))
    for client in clients { client.close() }
    return history
  }

  @Test("The same seed gives the same history, another seed another one", arguments: UInt64(1)...5)
  func deterministic(seed: UInt64) throws {
    let first = try history(seed: seed)
    #expect(first.count >= 45)
    #expect(try history(seed: seed) == first)
    #expect(try history(seed: seed + 100) != first)
  }

  @Test("What is sent arrives in order and whole, in pieces of any size", arguments: UInt64(1)...5)
  func order(seed: UInt64) throws {
    let world = try TestWorld(.memory, seed: seed)
    var server: RawPeer?
    let listener = try world.transport.listen(at: world.anyPort) {
      server = RawPeer($0, isOpen: true)
    }
    let client = try RawPeer(connectingTo: listener.address, in: world)
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    for start in stride(from: 0, to: bytes.count, by: 37_003) {
      client.send(Array(bytes[start..<min(bytes.count, start + 37_003)]))
    }
    #expect(world.run { server?.received.count == bytes.count })
    #expect(server?.received == bytes)
  }

  @Test("What was sent before a close is received before its end")
  func closing() throws {
    let world = try TestWorld(.memory)
    var server: RawPeer?
    let listener = try world.transport.listen(at: world.anyPort) {
      server = RawPeer($0, isOpen: true)
    }
    let client = try RawPeer(connectingTo: listener.address, in: world)
    #expect(world.run { client.isOpen })
    client.send([1, 2, 3])
    client.close()
    #expect(world.run { server?.isClosed == true })
    #expect(server?.received == [1, 2, 3])
  }
}
