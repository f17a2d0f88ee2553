import ReplicatedLog
import RulesRuntime

/// Says on stderr which rule waits for what, while a log cannot go on.
final class WaitWatch: Sendable {
  static let interval = Duration.milliseconds(500)

  private let task: Task<Void, Never>

  init(log: ReplicatedLog, console: Console, verb: String) {
    task = Task {
      var told: String?
      while !Task.isCancelled {
        // The only error is the cancellation, which ends the loop.
        try? await Task.sleep(for: WaitWatch.interval)
        let status = await log.status()
        let waiting = await log.statistics().waiting
        let line = WaitReport.line(
          waiting, backupsUp: status.members.count, replicas: status.settings.replicas)
        if let line, line != told { console.report("replog \(verb): \(line)") }
        if line == nil, told != nil { console.report("replog \(verb): goes on") }
        told = line
      }
    }
  }

  func end() { task.cancel() }
}
