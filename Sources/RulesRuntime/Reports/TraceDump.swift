import Glibc

/// Writes a pool's trace into the folder `$RULES_TRACE_DIR` when the pool ends, and as soon as an
/// evaluation ends in a state that should not be or no task can go on: what led there is then still in
/// the ring. A crash leaves the trace under a name of its own (`CrashTrace`).
struct TraceDump {
  private let core: PoolCore
  private let folder: String
  /// `replog-4711-log`
  private let stem: String
  private var path: String?
  private var unexpected: UInt64 = 0
  private var notBefore = PoolInstant.distantPast

  /// How long after one trace of an unexpected state the next one is written: the pool goes on.
  private static let interval = Duration.seconds(60)

  /// Where the traces of this process go; nil: nowhere.
  static var folderOfProcess: String? {
    guard let folder = getenv("RULES_TRACE_DIR"), folder.pointee != 0 else { return nil }
    return String(cString: folder)
  }

  init(_ core: PoolCore, folder: String) {
    self.core = core
    self.folder = folder
    stem = "\(ProcessProfile.program)-\(getpid())-\(fileNamePart(core.name))"
    core.crashTrace = firstFreeCrashTrace
  }

  /// Pools of one process that have the same name get a number.
  private var firstFreeCrashTrace: CrashTrace? {
    for number in 1...Self.mostOfOneName {
      let name = stem + (number == 1 ? "" : "-\(number)")
      if let trace = CrashTrace(core, folder: folder, name: name) { return trace }
    }
    return nil
  }

  /// After each turn.
  mutating func noteTurn() {
    core.crashTrace?.noteTurn()
    let count = core.engine.pointee.unexpected &+ core.engine.pointee.stalls
    guard count > unexpected, notBefore <= core.now else { return }
    unexpected = count
    notBefore = core.now + Self.interval
    write()
  }

  /// At the end of the pool. A pool that never had a task has nothing to tell.
  mutating func noteEnd() {
    if !core.kinds.isEmpty { write() }
  }

  /// One file a pool, replaced by the next trace of the same pool. That it cannot be written stops
  /// nothing.
  private mutating func write() {
    do throws(TraceError) {
      if path == nil { path = try freePath() }
      if let path { try core.writeTrace(to: path) }
    } catch {
      core.log.log(.error, "the trace of pool \(core.name) is lost: \(error)")
    }
  }

  /// `replog-4711-log.rulestrace`; pools of one process that have the same name get a number.
  private func freePath() throws(TraceError) -> String {
    if mkdir(folder, 0o777) != 0, errno != EEXIST { throw TraceError(path: folder, code: errno) }
    for number in 1...Self.mostOfOneName {
      let path = "\(folder)/\(stem)" + (number == 1 ? "" : "-\(number)") + ".rulestrace"
      if access(path, F_OK) != 0 { return path }
    }
    throw TraceError(path: "\(folder)/\(stem)", code: EEXIST)
  }

  /// A process that opens and ends pools without end does not fill the disk.
  private static let mostOfOneName = 100
}
