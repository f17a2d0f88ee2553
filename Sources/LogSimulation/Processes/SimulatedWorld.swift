import RulesNetwork
import RulesRuntime
import RulesSimulation

/// What machines share: the time, the network, the thread, the log of what happens.
package final class SimulatedWorld {
  package let streams: Streams
  package let clock = ManualClock()
  package let network: MemoryNetwork
  package let stage: Stage
  package let log: RunLog
  /// A pool of the world's own, whose timers have things happen.
  package let director: PoolCore
  /// Who waits for rules to fire.
  let rules = RuleWatch()
  /// Is told of each pool before it is gone.
  package var audit: (PoolCore) -> Void = { _ in }

  /// - Parameters:
  ///   - conditions: those of every link at first.
  ///   - minimum: the least important messages of processes that are kept.
  ///   - echo: gets every line of the log at once.
  package init(
    seed: UInt64, conditions: LinkConditions, minimum: RuleLog.Level = .notice,
    echo: ((String) -> Void)? = nil
  ) {
    streams = Streams(seed: seed)
    var source = streams.stream("network")
    network = MemoryNetwork(
      seed: source.next(), conditions: conditions, frameLength: Self.frameLength)
    stage = Stage(clock: clock, random: streams.stream("schedule"))
    log = RunLog(clock: clock, minimum: minimum, echo: echo)
    director = PoolCore(name: "director", clock: clock, traceCapacity: 0, counting: .leaves)
    director.auditInterval = nil
    _ = stage.add(director)
  }

  /// A frame of the RPC layer: 72 bytes, of which four say how many follow.
  private static func frameLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= 72 else { return nil }
    return 72 + Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
  }

  /// A machine that is off until `turnOn`.
  package func machine(_ name: String, start: @escaping Machine.Start) -> Machine {
    Machine(
      name: name, disk: SimulatedDisk(random: streams.stream("disk \(name)")), world: self,
      start: start)
  }
}
