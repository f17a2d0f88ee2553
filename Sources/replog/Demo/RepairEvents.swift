import ReplicatedLog
import RulesNetwork

/// Turns two pictures of a log, one after the other, into sentences about failure and repair.
struct RepairEvents {
  private var members: Set<ServerID> = []
  private var counters = LogStatus.Counters()
  /// The counters when nothing was left to repair last.
  private var whole = LogStatus.Counters()
  private var failure: LogError?

  /// The events since the last call.
  mutating func events(_ status: LogStatus) -> [String] {
    defer {
      members = Set(status.members)
      counters = status.counters
      failure = status.failure
    }
    var events: [String] = []
    for server in members.subtracting(status.members).sorted() {
      events.append("backup \(server) is declared failed by the coordinator")
    }
    if !members.isEmpty {
      for server in Set(status.members).subtracting(members).sorted() {
        events.append("backup \(server) has joined")
      }
    }
    let lost = status.counters.replicasLost - counters.replicasLost
    if lost > 0 {
      events.append("F1: \(counted(lost, "replica")) lost, to be made again elsewhere")
    }
    let open = status.counters.replicasLost - status.counters.replicasRecreated
    let made = status.counters.replicasRecreated - whole.replicasRecreated
    if open == 0, made > 0 {
      let bytes = status.counters.bytesRecreated - whole.bytesRecreated
      let time = status.counters.repairTime - whole.repairTime
      events.append(
        "repaired: \(counted(made, "replica")) re-created, \(byteCount(bytes)) in "
          + "\(decimal(time.inSeconds, digits: 2)) s, \(rate(bytes, in: time))")
    }
    if open == 0 { whole = status.counters }
    if let reason = status.failure, failure == nil { events.append("the log stopped: \(reason)") }
    return events
  }
}
