import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

/// Hosts on a scripted network, each with a core, stepped by the test's own thread.
final class FaultyWorld {
  let world = World()
  let network: MemoryNetwork
  private var cores: [String: PoolCore] = [:]

  /// Frames are a length of two bytes, low one first, and so many bytes.
  init(seed: UInt64 = 1, _ change: (inout LinkConditions) -> Void = { _ in }) {
    var conditions = LinkConditions()
    change(&conditions)
    network = MemoryNetwork(seed: seed, conditions: conditions) { bytes in
      bytes.count < 2 ? nil : 2 + Int(bytes[0]) + Int(bytes[1]) << 8
    }
  }

  var now: Duration { world.clock.now - PoolInstant(nanoseconds: 0) }

  func core(_ host: String) -> PoolCore {
    if let core = cores[host] { return core }
    let core = PoolCore(name: host, clock: world.clock)
    cores[host] = core
    world.add(core)
    return core
  }

  func transport(_ host: String) -> MemoryTransport {
    network.transport(for: core(host), host: host)
  }

  func server(_ host: String, echoes: Bool = false, reads: Bool = true) throws -> EchoServer {
    try EchoServer(
      transport(host), at: NetworkAddress(host: host, port: 1), echoes: echoes, reads: reads)
  }

  func client(_ host: String, to server: String) throws -> StreamPeer {
    let address = NetworkAddress(host: server, port: 1)
    return StreamPeer(try transport(host).connect(to: address), isOpen: false)
  }

  /// - Returns: false when nothing more happens, or not within an hour.
  func run(until condition: () -> Bool) -> Bool { world.run(until: condition) == .reached }

  func run(for duration: Duration) { world.run(for: duration) }

  static func frame(_ number: Int, size: Int = 8) -> [UInt8] {
    let size = max(4, size)
    let length = [UInt8(size & 255), UInt8(size >> 8)]
    let digits = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return length + digits + [UInt8](repeating: UInt8(size & 255), count: size - 4)
  }

  /// The numbers of frames; nil when the bytes are not whole frames.
  static func numbers(_ bytes: [UInt8]) -> [Int]? {
    var numbers: [Int] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= 6 else { return nil }
      let base = rest.startIndex
      let size = Int(rest[base]) + Int(rest[base + 1]) << 8
      let number = (0..<4).reduce(0) { $0 + Int(rest[base + 2 + $1]) << (8 * $1) }
      let whole = frame(number, size: size)
      guard size >= 4, whole[...] == rest.prefix(2 + size) else { return nil }
      numbers.append(number)
      rest = rest.dropFirst(2 + size)
    }
    return numbers
  }
}
