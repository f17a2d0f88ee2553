import AllocationCount
import NetworkFloor
import RulesNetwork
import RulesRuntime

/// Where the two ends of a connection run.
private struct Placing {
  var name: String
  var client: Int32
  var server: Int32
}

/// RPCs that are answered with what they bring, beside the same by `send` and `recv` alone.
func measureEcho() async {
  let placings = [
    Placing(name: "a processor each", client: 0, server: 1),
    Placing(name: "one processor", client: 0, server: 0),
    Placing(name: "anywhere", client: -1, server: -1),
  ]
  for servers in [1, 3] {
    for placing in placings { await measureEcho(servers: servers, placing) }
  }
}

private func measureEcho(servers count: Int, _ placing: Placing) async {
  let servers = (0..<count).compactMap { _ in ServerProcess(processor: placing.server) }
  guard servers.count == count,
    let pool = try? await Pool<Caller>(
      name: "call", setUp: { try Caller($0, processor: placing.client) })
  else { return print("the servers of the benchmark did not start") }
  let addresses = servers.map(\.address)
  var sockets = [Int32](repeating: -1, count: count)
  floor_start_echo(Int32(count), placing.server, 0, &sockets)

  _ = await echo(pool, addresses, count: 2_000)
  var (ours, floors, ratios): ([Double], [Double], [Double]) = ([], [], [])
  for _ in 0..<9 {
    let samples = 3_000
    var times = [UInt32](repeating: 0, count: samples)
    // Pinned only here: another thread may go on after an `await`.
    floor_pin(placing.client)
    floor_echo(sockets, Int32(count), 100, 0, Int32(samples), &times)
    floor_pin(-1)
    let floor = median(times)
    let own = median(await echo(pool, addresses, count: samples))
    floors.append(floor)
    ours.append(own)
    ratios.append(own / floor)
  }
  floor_stop(sockets, Int32(count))
  let what = count == 1 ? "echo of 100 bytes" : "fan-out to \(count) servers"
  report(
    "\(what), \(placing.name): p50",
    "\(tenths(median(ours) / 1_000)) us, floor \(tenths(median(floors) / 1_000)) us",
    ratio: median(ratios))
  if count == 1, placing.client == 0, placing.server == 1 {
    await measureAllocations(pool, addresses[0])
  }
  await pool.shutdown()
  for server in servers { server.stop() }
}

private func measureAllocations(_ pool: Pool<Caller>, _ server: NetworkAddress) async {
  let before = await allocations(pool, of: server)
  let own = allocation_count()
  _ = await echo(pool, [server], count: 10_000)
  let (ownAfter, after) = (allocation_count(), await allocations(pool, of: server))
  report("allocations in 10,000 echoes: caller, server", "\(ownAfter - own), \(after - before)")
}

private func allocations(_ pool: Pool<Caller>, of server: NetworkAddress) async -> UInt64 {
  await withCheckedContinuation { done in
    _ = pool.post { $0.allocations(of: server) { done.resume(returning: $0) } }
  }
}

private func echo(
  _ pool: Pool<Caller>, _ servers: [NetworkAddress], count: Int
) async -> [UInt32] {
  await withCheckedContinuation { done in
    _ = pool.post { $0.echo(servers, length: 100, count: count) { done.resume(returning: $0) } }
  }
}
