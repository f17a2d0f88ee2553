import Testing

@testable import LogSimulation

/// Coordinators that want one seat in etcd.
@Suite struct SeatRunTests {
  @Test("Whatever etcd does, at most one leads, and the next one has what was confirmed")
  func seeds() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let run = try SeatRun(seed: seed)
      run.play()
      #expect(run.violation == nil, "seed \(seed)")
      #expect(run.simulated > .seconds(30))
    }
  }

  @Test("A seed is one run")
  func same() throws {
    let runs = try (0..<2).map { _ in try SeatRun(seed: 7) }
    for run in runs { run.play() }
    #expect(runs[0].fingerprint == runs[1].fingerprint)
  }
}
