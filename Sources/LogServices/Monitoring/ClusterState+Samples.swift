import RulesRuntime

extension ClusterState {
  /// What the coordinator keeps, as numbers for a monitoring system.
  var samples: [MetricSample] {
    [
      MetricSample(
        name: "replog_members", kind: .gauge, help: "Backups that are members of the cluster.",
        value: Double(members.count)),
      MetricSample(
        name: "replog_membership_version", kind: .gauge,
        help: "Changes of the membership since the cluster began.", value: Double(version)),
      MetricSample(
        name: "replog_logs", kind: .gauge, help: "Logs that were ever opened.",
        value: Double(logs.count)),
    ]
  }
}
