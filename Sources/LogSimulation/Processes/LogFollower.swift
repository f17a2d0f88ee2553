import ReplicatedLog
import RulesRuntime

/// Somebody who follows a log, whatever happens: where it fails, it begins again after what it has seen.
/// All that it is shown must be there for good.
final class LogFollower {
  let truth: LogTruth
  private unowned let run: SimulationRun
  private var process: SimulatedProcess?
  private var starts = 0
  /// What it was shown.
  private(set) var shown: [LogPosition: RecordContent] = [:]
  private var next: LogPosition?

  init(_ truth: LogTruth, run: SimulationRun) {
    self.truth = truth
    self.run = run
  }

  func begin() {
    guard process == nil else { return }
    starts += 1
    let process = SimulatedProcess(
      name: "f#\(truth.index).\(starts)", machine: run.readerMachine, stage: run.world.stage)
    self.process = process
    var configuration = LogConfiguration(
      coordinator: run.coordinatorAddress, name: truth.name,
      segmentCapacity: run.configuration.segmentCapacity, patience: run.configuration.patience,
      log: run.world.log.log(for: process.name), seed: UInt64(starts))
    configuration.host = process.host
    do {
      process.run(
        try LogReading(
          core: process.makeCore("following"), configuration: configuration, from: next,
          follows: true,
          each: { [weak self] in self?.note($0, $1) },
          ended: { [weak self] in self?.ended($0) }))
    } catch {
      beginLater()
    }
  }

  func end() {
    process?.die(audit: run.noteCounts)
    process = nil
  }

  private func note(_ position: LogPosition, _ bytes: [UInt8]) {
    if let next, position < next {
      run.report(Violation(.s2, "\(truth.name): a follower is shown \(position) after \(next)"))
    }
    guard let content = RecordContent(bytes), content.log == UInt32(truth.index) else {
      run.report(Violation(.s3, "\(truth.name): a follower is shown what was never appended"))
      return
    }
    shown[position] = content
    next = LogPosition(
      segment: position.segment,
      offset: position.offset + UInt32(bytes.count + LogTruth.entryOverhead))
  }

  private func ended(_ result: Result<LogReadSummary, LogError>) {
    if case .failure(let error) = result { run.world.log.note("\(truth.name), followed: \(error)") }
    if case .failure(.trimmed(let first)) = result { next = first }
    // Not in the middle of its own turn.
    run.world.director.schedule(after: .milliseconds(10)) { [weak self] in
      self?.end()
      self?.beginLater()
    }
  }

  private func beginLater() {
    run.world.director.schedule(after: .milliseconds(700)) { [weak self] in self?.begin() }
  }
}
