import LogServices
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Asks what the next owner of a log would find if everything stopped at this moment, with the code
/// that a real recovery uses.
final class WhatIf {
  /// What one machine's disk would have after a restart.
  struct Answer {
    var machine: Machine
    /// nil: the store cannot be opened.
    var replicas: [ReplicaList.Replica]?
  }

  /// The directory of each backup's replicas.
  static let directory = "/data"

  /// The machine whose disk knows the logs' marks, and where they begin.
  var coordinator: Machine?
  /// How the logs are kept.
  private let settings: LogSettings
  private var random: SplitMix64
  /// Bytes that were verified so far; beyond the limit nothing is asked any more.
  private(set) var bytes = 0
  /// Questions so far.
  private(set) var questions = 0
  /// What the store said of files.
  private var seen: [Look: ReplicaList.Replica] = [:]
  /// What certificates promised when they were seen first.
  private var promises: [Promise: UInt32] = [:]
  /// The logs' marks, as they were seen last.
  private var marks: [UInt64: LogMark] = [:]
  /// What closed replicas were.
  private var closed: [Place: ReplicaList.Replica] = [:]

  /// Bytes that the questions of one run may verify.
  private static let byteLimit = 64 << 20

  /// A file as it was once.
  private struct Look: Hashable {
    var machine: String
    var file: Int
    var version: Int
  }

  private struct Promise: Hashable {
    var key: ReplicaKey
    var length: UInt32
  }

  private struct Place: Hashable {
    var machine: String
    var key: ReplicaKey
  }

  init(settings: LogSettings, random: SplitMix64) {
    self.settings = settings
    self.random = random
  }

  var isExhausted: Bool { bytes > Self.byteLimit }

  /// The machine has another disk now, or its own as it was: what was known of it does not count.
  func forget(_ machine: Machine) {
    seen = seen.filter { $0.key.machine != machine.name }
    closed = closed.filter { $0.key.machine != machine.name }
  }

  /// The machine's disk as it would be after a power cut in this moment, or after a `kill -9`: what is kept
  /// in memory is asked the second only.
  ///
  /// A store looks at each file by itself, so what it said of one that has not changed since is not
  /// asked again.
  func answer(of machine: Machine, cutsPower: Bool) -> Answer {
    var contents = machine.disk.contents
    let stable = contents.versionsOfSettledFiles
    if cutsPower, settings.durability == .disk { contents.losePending(using: &random) }
    guard contents.node(at: Self.directory) == .directory else {
      return Answer(machine: machine, replicas: [])
    }
    var known: [ReplicaList.Replica] = []
    var asked: [String: Look] = [:]
    var isAllKnown = true
    for (name, number) in contents.files(in: Self.directory)
    where ReplicaFileName.key(of: name) != nil {
      let look = stable[number].map { Look(machine: machine.name, file: number, version: $0) }
      if let look, let replica = seen[look] {
        known.append(replica)
        contents.hide(name, in: Self.directory)
      } else {
        asked[name] = look
        isAllKnown = false
      }
    }
    if isAllKnown { return Answer(machine: machine, replicas: known) }
    let disk = SimulatedDisk(contents: contents, random: random)
    do {
      let store = try ReplicaStore(
        directory: Self.directory, files: disk.fileSystem(), syncs: false, log: .disabled)
      let found = store.list(nil)
      for replica in found {
        bytes += Int(replica.certified)
        if let look = asked[ReplicaFileName.name(of: replica.key)] { seen[look] = replica }
      }
      return Answer(machine: machine, replicas: found + known)
    } catch {
      return Answer(machine: machine, replicas: nil)
    }
  }

  /// After an acknowledgement: some machines are gone for good, the others start again.
  /// - Parameters:
  ///   - machines: all backups.
  ///   - isStrict: no fault may have destroyed a copy so far.
  func check(_ truth: LogTruth, _ machines: [Machine], isStrict: Bool) -> Violation? {
    guard let id = truth.id, !truth.acknowledged.isEmpty else { return nil }
    questions += 1
    let stored = stored(id)
    if let before = marks[id], stored.mark < before {
      return Violation(.s6, "\(truth.name): the mark was \(before) and is \(stored.mark)")
    }
    marks[id] = stored.mark
    guard stored.mark.epoch >= truth.acknowledgedEpoch else {
      return Violation(
        .s6,
        "\(truth.name): owner of epoch \(truth.acknowledgedEpoch) acknowledged, mark \(stored.mark)"
      )
    }
    guard stored.first <= truth.first else {
      return Violation(
        .s15,
        "\(truth.name): it begins with segment \(stored.first), and was trimmed before \(truth.first)"
      )
    }
    let all = machines.map { answer(of: $0, cutsPower: random.chance(0.7)) }
    for answer in all {
      if let violation = compare(answer) { return violation }
    }
    if isStrict, let violation = countCopies(truth, id, all) { return violation }
    if let violation = judge(truth, id, stored, all, isComplete: isStrict) { return violation }
    let some = all.filter { _ in random.chance(0.6) }
    return judge(truth, id, stored, some, isComplete: false)
  }

  /// Whether all that is acknowledged would be found without a machine, without those that nobody can trust
  /// and with what these say; now, and with a mark that is on its way to the coordinator or will be:
  /// replicas are stamped with it before.
  /// - Parameter name: nil: with all machines.
  func survives(_ truth: LogTruth, _ machines: [Machine], without name: String?) -> Bool {
    guard let id = truth.id else { return true }
    let all = machines.filter(canStart).map { answer(of: $0, cutsPower: true) }
    let left = all.filter { $0.machine.name != name }
    let trusted = left.filter { !$0.machine.isUntrusted }
    let stored = stored(id)
    var next = stored
    for replica in all.flatMap({ $0.replicas ?? [] })
    where replica.key.log == id && replica.certified > 0 {
      let stamp = LogMark(
        epoch: replica.key.epoch, segment: replica.key.segment, version: replica.version)
      next.mark = max(next.mark, stamp)
    }
    for (answers, stored) in [(trusted, stored), (trusted, next), (left, stored), (left, next)] {
      switch recover(answers, of: id, stored) {
      case .found(let lengths): if shortfall(truth, lengths) != nil { return false }
      case .nothing: if !truth.acknowledged.isEmpty { return false }
      case .incomplete: return false
      }
    }
    return true
  }

  /// Whether a backup will come back: it does not without its identity, whatever replicas it has.
  private func canStart(_ machine: Machine) -> Bool {
    let disk = SimulatedDisk(contents: machine.disk.contents, random: random)
    return BackupIdentity.isUsable(in: Self.directory, files: disk.fileSystem())
  }

  /// Whether recovery would find everything that is acknowledged, with all machines.
  func isThere(_ truth: LogTruth, _ machines: [Machine]) -> Bool {
    guard let id = truth.id else { return true }
    let answers = machines.map { answer(of: $0, cutsPower: false) }
    guard case .found(let lengths) = recover(answers, of: id, stored(id)) else {
      return false
    }
    return shortfall(truth, lengths) == nil
  }

  // MARK: -

  enum Verdict {
    /// Image bytes of each segment.
    case found([UInt64: UInt32])
    case nothing
    case incomplete(String)
  }

  /// What the coordinator's disk says of a log.
  private struct Stored {
    var mark = LogMark.none
    /// The first segment that was not trimmed.
    var first: UInt64 = 1
  }

  private func stored(_ log: UInt64) -> Stored {
    guard var contents = coordinator?.disk.contents else { return Stored() }
    contents.losePending(using: &random)
    let disk = SimulatedDisk(contents: contents, random: random)
    let logs = try? StoredCluster.logs(in: Self.directory, files: disk.fileSystem())
    return Stored(mark: logs?[log]?.mark ?? .none, first: logs?[log]?.first ?? 1)
  }

  /// What the log's own recovery makes of the answers.
  private func recover(_ answers: [Answer], of log: UInt64, _ stored: Stored) -> Verdict {
    let told = answers.enumerated().map { index, answer in
      BackupAnswer(
        server: ServerID(slot: UInt32(index + 1), generation: 1), replicas: answer.replicas)
    }
    switch planRecovery(told, of: log, mark: stored.mark, first: stored.first) {
    case .complete(let plan): return .found(plan.certifiedLengths)
    case .empty: return .nothing
    case .incomplete(let segments), .lost(let segments):
      return .incomplete(segments.map(\.description).joined(separator: ", "))
    }
  }

  private func shortfall(_ truth: LogTruth, _ lengths: [UInt64: UInt32]) -> String? {
    // Whatever the coordinator gave up by now: it is asked for no more than was trimmed.
    for (segment, end) in truth.ends.sorted(by: { $0.key < $1.key }) where segment >= truth.first {
      let length = lengths[segment] ?? 0
      if length < end {
        return "segment \(segment) would have \(length) bytes, \(end) are acknowledged"
      }
    }
    return nil
  }

  private func judge(
    _ truth: LogTruth, _ id: UInt64, _ stored: Stored, _ answers: [Answer], isComplete: Bool
  ) -> Violation? {
    switch recover(answers, of: id, stored) {
    case .found(let lengths):
      guard let problem = shortfall(truth, lengths) else { return nil }
      // Who was tampered with may tell less than the truth, if nobody else is there to tell it.
      if answers.contains(where: { $0.machine.isUntrusted }) { return nil }
      let names = answers.map(\.machine.name).joined(separator: " ")
      return Violation(
        .s1, "\(truth.name): if everything stopped and \(names) came back, \(problem)")
    case .nothing, .incomplete:
      guard isComplete else { return nil }
      return Violation(
        .s11,
        "\(truth.name): if everything stopped and came back, the log would be said to be incomplete"
      )
    }
  }

  private func countCopies(_ truth: LogTruth, _ id: UInt64, _ answers: [Answer]) -> Violation? {
    guard let last = truth.acknowledged.last else { return nil }
    let holders = answers.filter { answer in
      answer.replicas?.contains {
        $0.key.log == id && $0.key.segment == last.position.segment && $0.state.isSound
          && $0.certified >= last.end.offset
      } ?? false
    }
    guard holders.count < settings.replicas else { return nil }
    return Violation(
      .s1,
      "\(truth.name): \(last.position) is acknowledged and safe on "
        + "\(holders.map(\.machine.name)) only")
  }

  private func compare(_ answer: Answer) -> Violation? {
    for replica in answer.replicas ?? [] where replica.state.isSound && replica.certified > 0 {
      let promise = Promise(key: replica.key, length: replica.certified)
      if let crc = promises[promise], crc != replica.crc {
        return Violation(
          .s3,
          "segment \(replica.key.segment) of log \(replica.key.log), epoch \(replica.key.epoch): two "
            + "replicas of \(replica.certified) bytes differ")
      }
      promises[promise] = replica.crc
      guard replica.state == .closed, !answer.machine.isUntrusted else { continue }
      let place = Place(machine: answer.machine.name, key: replica.key)
      if let before = closed[place],
        before.certified != replica.certified || before.crc != replica.crc
      {
        return Violation(
          .s9, "\(place.machine): closed segment \(replica.key.segment) has changed")
      }
      closed[place] = replica
    }
    return nil
  }
}
