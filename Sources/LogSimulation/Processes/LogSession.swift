import ReplicatedLog
import RulesRuntime

/// One owner of one log in a process, and who appends to it.
final class LogSession {
  let truth: LogTruth
  /// The owner's number in the log's truth.
  let number: Int
  let process: SimulatedProcess
  private let run: SimulationRun
  private let core: PoolCore
  private var random: SplitMix64
  private var owner: LogOwner?
  private(set) var isOpen = false
  /// Appends that are under way.
  private(set) var outstanding = 0
  private var nextRequest: UInt64 = 0
  /// It was told that it is no owner any more, or could not become one.
  private(set) var failure: (any Error)?

  /// Begins to open the log.
  init(_ truth: LogTruth, in process: SimulatedProcess, run: SimulationRun) throws {
    self.truth = truth
    self.process = process
    self.run = run
    number = truth.addOwner()
    core = process.makeCore("\(truth.name)/\(number)")
    random = run.world.streams.stream("workload \(truth.name) \(number)")
    var configuration = LogConfiguration(
      coordinator: run.coordinatorAddress, name: truth.name,
      durability: run.configuration.settings.durability,
      replicas: run.configuration.settings.replicas,
      segmentCapacity: run.configuration.segmentCapacity, patience: run.configuration.patience,
      log: run.world.log.log(for: "\(process.name) \(truth.name)"), seed: random.next())
    configuration.host = process.host
    owner = try LogOwner(core: core, configuration: configuration) { [weak self] result in
      self?.opened(result)
    }
  }

  var status: LogStatus? { owner?.status() }

  /// What its pool waits for, for reports.
  var waiting: [String] {
    core.statistics.waiting.map { "\($0.subject) in \($0.leaf) (\($0.state))" }
  }

  private func opened(_ result: Result<Void, LogError>) {
    switch result {
    case .failure(let error):
      failure = error
      truth.refusal = error
      run.sessionFailed(self, error)
    case .success:
      guard let status = owner?.status() else { return }
      isOpen = true
      truth.id = status.log
      let last = status.segments.last
      let found = LogPosition(
        segment: last?.id ?? 0, offset: UInt32((last?.length ?? 0) + Self.headerSize))
      run.world.log.note(
        "\(process.name): owner \(number) has \(truth.name), epoch \(status.epoch), up to \(found)")
      run.report(truth.opened(owner: number, epoch: status.epoch, found: found))
      plan()
    }
  }

  /// Bytes of a segment's header.
  private static let headerSize = 40

  // MARK: - Appending

  private func plan() {
    let pause = random.duration(.zero...(run.configuration.pace * 2))
    core.schedule(after: pause) { [weak self] in self?.next() }
  }

  private func next() {
    guard failure == nil else { return }
    if run.isAppending, outstanding < run.configuration.window, run.takeBudget(for: truth) {
      append()
    }
    if run.isAppending, isOpen, random.chance(run.configuration.trimRate) { trim() }
    plan()
  }

  /// Gives up some of the log's beginning, often all that an owner may give up.
  private func trim() {
    let share = random.chance(0.3) ? 1 : Double.random(in: 0...1, using: &random)
    guard truth.newest == number, let first = truth.trim(to: share) else { return }
    run.world.log.note("\(process.name): owner \(number) trims \(truth.name) before \(first)")
    owner?.trim(before: first)
  }

  /// Appends some records.
  func append() {
    let count = Int.random(in: 1...run.configuration.batch, using: &random)
    let first = truth.owners[number].sizes.count
    let records = (0..<count).map { _ in
      truth.append(owner: number, size: size())
    }
    run.spend(records.reduce(0) { $0 + $1.count }, of: truth)
    outstanding += 1
    nextRequest += 1
    owner?.append(records, id: nextRequest) { [weak self] result in
      self?.ended(first: first, result)
    }
  }

  private func size() -> Int {
    let longest = run.configuration.recordSize
    return random.chance(0.9)
      ? Int.random(in: 16...max(16, longest / 4), using: &random)
      : Int.random(in: 16...max(16, longest), using: &random)
  }

  private func ended(first: Int, _ result: Result<[LogPosition], any Error>) {
    outstanding -= 1
    switch result {
    case .success(let positions):
      run.report(truth.acknowledge(owner: number, first: first, positions))
      run.acknowledged(truth, positions)
    case .failure(let error):
      guard failure == nil else { return }
      failure = error
      run.sessionFailed(self, error)
    }
  }

  /// An owner that has nothing under way is told of its end by its status only.
  func look() {
    guard failure == nil, isOpen, let error = owner?.status()?.failure else { return }
    failure = error
    run.sessionFailed(self, error)
  }

  /// Ends without a word.
  func end() {
    failure = failure ?? LogError.closed
    owner = nil
    process.retire(core)
  }
}
