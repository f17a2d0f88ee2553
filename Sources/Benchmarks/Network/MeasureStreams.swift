import NetworkFloor
import RulesNetwork
import RulesRuntime

/// RPCs of 1 MiB out of a segment into a segment, beside the same by `send` and `recv` alone.
func measureStreams() async {
  for window in [1, 8] { await measureStream(window: window) }
}

private func measureStream(window: Int) async {
  guard let server = ServerProcess(processor: 1),
    let pool = try? await Pool<Caller>(name: "call", setUp: { try Caller($0, processor: 0) })
  else { return print("the servers of the benchmark did not start") }
  let message = 1 << 20
  var socket: Int32 = -1
  floor_start_receiver(message, 1, &socket)
  let address = server.address
  var (ours, floors, ratios): ([Double], [Double], [Double]) = ([], [], [])
  for _ in 0..<9 {
    let count = 500
    let bytes = Double(count * message)
    floor_pin(0)
    let floor = bytes / Double(floor_stream(socket, message, Int32(window), Int32(count)))
    floor_pin(-1)
    let time = await withCheckedContinuation { done in
      _ = pool.post {
        $0.stream(to: address, message: message, window: window, count: count) {
          done.resume(returning: $0)
        }
      }
    }
    let own = bytes / Double(time)
    floors.append(floor)
    ours.append(own)
    ratios.append(own / floor)
  }
  floor_stop([socket], 1)
  report(
    "stream of 1 MiB RPCs, \(window) under way",
    "\(tenths(median(ours))) GB/s, floor \(tenths(median(floors))) GB/s", ratio: median(ratios))
  await pool.shutdown()
  server.stop()
}
