import RulesAnalysis
import RulesLanguage

/// What profiles and traces of a task are read with: the same as in the `ruleTable` of its generated
/// code.
package struct RecordedTask: Sendable {
  /// `Segment`
  package var name: String
  /// What a record must have been made under.
  package var contentHash: UInt64
  /// In the order of the table: the task itself, then its eaches, without those that have no clause.
  package var scopes: [RecordedScope]
}

/// How the records of one scope are read.
package struct RecordedScope: Sendable {
  /// `Segment.replica`
  package var name: String
  /// The words of a state.
  package var layout: StateWordLayout
  /// What a leaf's number means.
  package var leaves: LeafTable
  /// Its index in `Analysis.scopes`.
  package var index: Int
}

/// The tasks of a program in text order, as their records name them.
package func recordedTasks(_ program: Program, _ analysis: Analysis) -> [RecordedTask] {
  program.tasks.map { task in
    RecordedTask(
      name: task.name, contentHash: contentHash(of: task, in: program),
      scopes: analysis.scopes.indices.compactMap { index in
        let partition = analysis.scopes[index].partition
        guard partition.scope.task.name == task.name else { return nil }
        return RecordedScope(
          name: partition.scope.name, layout: StateWordLayout(partition.space),
          leaves: LeafTable(partition), index: index)
      })
  }
}
