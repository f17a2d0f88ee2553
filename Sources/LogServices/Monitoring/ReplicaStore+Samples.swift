import ReplicatedLog
import RulesRuntime

extension ReplicaStore {
  /// What this backup keeps, as numbers for a monitoring system. O(replicas).
  var samples: [MetricSample] {
    let states: [(name: String, state: ReplicaList.State)] = [
      ("open", .open), ("closed", .closed), ("corrupt", .corrupt), ("unreadable", .unreadable),
    ]
    let byState = Dictionary(grouping: replicas.values, by: \.state)
    func gauge(_ name: String, _ help: String, _ value: (Replica) -> Int) -> [MetricSample] {
      states.map { label, state in
        MetricSample(
          name: name, kind: .gauge, help: help, labels: [.init(name: "state", value: label)],
          value: Double((byState[state] ?? []).reduce(0) { $0 + value($1) }))
      }
    }
    return gauge("replog_replicas", "Replicas on this backup.") { _ in 1 }
      + gauge("replog_replica_bytes", "Certified bytes of these replicas.") { Int($0.certified) }
      + [
        MetricSample(
          name: "replog_disk_full", kind: .gauge,
          help: "1: the disk had no room when it was wanted last.", value: room.isFull ? 1 : 0),
        MetricSample(
          name: "replog_refused_full_total", kind: .counter,
          help: "Requests that were refused because the disk was full.",
          value: Double(room.refusals)),
      ]
  }
}
