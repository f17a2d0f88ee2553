import Glibc
import NetworkFloor

/// The log and the floors, measured one after the other.
struct Round {
  var output: BenchOutput
  /// 100 bytes to three servers and back, microseconds.
  var memoryFanOut: Double
  /// The same, with fdatasync on each.
  var diskFanOut: Double
  /// Bytes a second of messages of 1 MiB, each to three receivers.
  var replication: Double
  /// Bytes a second of messages of 1 MiB to one receiver.
  var stream: Double
}

private let servers: Int32 = 3
private let message = 1 << 20

/// - Returns: nil when `replog bench` failed.
func measureRound(replog: String) -> Round? {
  guard let output = BenchOutput.run(replog) else { return nil }
  return Round(
    output: output, memoryFanOut: measureFanOut { floor_start_echo(servers, -1, 0, $0) },
    diskFanOut: measureFanOut { sockets in
      ".".withCString { floor_start_keepers(servers, $0, sockets) }
    },
    replication: measureMessages(receivers: servers, count: 200),
    stream: measureMessages(receivers: 1, count: 400))
}

private func measureFanOut(_ start: (UnsafeMutablePointer<Int32>) -> Void) -> Double {
  var sockets = [Int32](repeating: -1, count: Int(servers))
  start(&sockets)
  let count = 2_000
  var times = [UInt32](repeating: 0, count: count)
  floor_echo(sockets, servers, 100, 0, Int32(count), &times)
  floor_stop(sockets, servers)
  return Double(times.sorted()[count / 2]) / 1_000
}

private func measureMessages(receivers: Int32, count: Int) -> Double {
  var sockets = [Int32](repeating: -1, count: Int(receivers))
  floor_start_receivers(receivers, message, &sockets)
  let time = floor_replicate(sockets, receivers, message, Int32(count))
  floor_stop(sockets, receivers)
  return Double(count * message) / (Double(time) / 1e9)
}
