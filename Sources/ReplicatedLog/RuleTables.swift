import RulesRuntime

/// The rules of this module's tasks.
package let replicatedLogRuleTables: [RuleTable] = [
  Segment.ruleTable, ServerFailure.ruleTable, MarkUpdate.ruleTable, SegmentRelease.ruleTable,
  LogOpening.ruleTable, SegmentReading.ruleTable, ReplicaReview.ruleTable,
]
