import AllocationCount
import Glibc
import NetworkFloor
import RulesNetwork
import RulesRuntime

/// What the server of a benchmark does.
enum Opcode: UInt16 {
  /// Answers with what it got.
  case echo = 1
  /// Takes a payload into its segment, and answers with nothing.
  case take = 2
  /// Answers with how many allocations the process has made.
  case allocations = 3
}

/// Runs a server in this process until its input ends. Prints the port.
/// - Parameter options: the processor to run on, or -1.
func serve(_ options: [String]) async {
  let processor = options.first.flatMap { Int32($0) } ?? -1
  do {
    let pool = try await Pool<Service>(name: "serve") { core in
      floor_pin(processor)
      return try Service(core)
    }
    print(try await pool.read { $0.server.address.port })
    fflush(nil)
    _ = getchar()
    await pool.shutdown()
  } catch {
    print("\(error)")
    exit(1)
  }
}

private final class Service {
  let server: RPCServer

  init(_ core: PoolCore) throws {
    let poller = try EpollPoller()
    core.poller = poller
    server = try RPCServer(
      core: core, transport: TCPTransport(core: core, poller: poller),
      address: NetworkAddress(host: "127.0.0.1", port: 0)
    ) { request in
      switch Opcode(rawValue: request.opcode) {
      case .echo: request.body.withUnsafeBytes { body in request.reply { $0.raw(body) } }
      case .take: request.reply { _ in }
      case .allocations: request.reply { $0.uint64(UInt64(allocation_count())) }
      case nil: request.refuse(code: 1, message: "unknown")
      }
    }
    let segment = Segment()
    server.placePayload = { opcode, head, count in
      opcode == Opcode.take.rawValue && count <= Segment.size ? segment.place(count) : nil
    }
  }
}

/// 8 MiB that are written from the beginning to the end, and again.
private final class Segment {
  static let size = 8 << 20
  private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
  private var places: [RPCMemory] = []
  private var next = 0

  init() { _ = bytes.initializeMemory(as: UInt8.self, repeating: 1) }

  deinit { bytes.deallocate() }

  /// The next place for so many bytes; all places have the size of the first one.
  func place(_ count: Int) -> RPCMemory {
    if places.isEmpty {
      for start in stride(from: 0, through: Self.size - count, by: count) {
        places.append(
          RPCMemory(
            UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + count]), owner: nil))
      }
    }
    next = (next + 1) % places.count
    return places[next]
  }
}
