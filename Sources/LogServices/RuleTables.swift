import RulesRuntime

/// The rules of this module's tasks.
package let logServicesRuleTables: [RuleTable] = [
  LogRecovery.ruleTable, Leadership.ruleTable, MembershipPoll.ruleTable, Collecting.ruleTable,
  Flushing.ruleTable, ReplicaListing.ruleTable, Scrubbing.ruleTable,
]
