import RulesAnalysis

/// The report as an LCOV trace file, for `genhtml` and editors: a line is the line of a clause, its
/// count the evaluations that it decided; a branch is a reachable state that the clause handles.
///
/// Branches are among the first `StateCatalogue.limit` states of a scope. Counts are those of tests,
/// or of production when no tests were recorded.
public func coverageLCOV(_ report: CoverageReport) -> String {
  let isOfTests = report.testProfiles != nil || report.productionProfiles == nil
  var files: [String: FileRecord] = [:]
  for scope in report.scopes {
    for (index, clause) in scope.clauses.enumerated() {
      let count = isOfTests ? clause.evaluations.tests : clause.evaluations.production
      files[clause.file, default: FileRecord()].lines[clause.line, default: 0].add(count ?? 0)
      let branches = scope.states.entries.filter {
        $0.steps != nil && $0.stateClass.handlers.contains(index)
      }.map { isOfTests ? $0.tests : $0.production }
      files[clause.file, default: FileRecord()].branches[clause.line, default: []] += branches
    }
  }
  return files.sorted { $0.key < $1.key }.map { $0.value.text($0.key) }.joined()
}

/// One section of the trace file.
private struct FileRecord {
  /// Evaluations by line.
  var lines: [Int: UInt64] = [:]
  /// Evaluations of each reachable state, by line.
  var branches: [Int: [UInt64]] = [:]

  func text(_ path: String) -> String {
    var text = "TN:\nSF:\(path)\n"
    var found = 0
    var hit = 0
    for (line, counts) in branches.sorted(by: { $0.key < $1.key }) {
      for (number, count) in counts.enumerated() {
        // `-`: the line was never evaluated, so neither was the branch tried.
        text += "BRDA:\(line),0,\(number),\((lines[line] ?? 0) == 0 ? "-" : String(count))\n"
        found += 1
        if count > 0 { hit += 1 }
      }
    }
    text += "BRF:\(found)\nBRH:\(hit)\n"
    for (line, count) in lines.sorted(by: { $0.key < $1.key }) { text += "DA:\(line),\(count)\n" }
    text += "LF:\(lines.count)\nLH:\(lines.values.count { $0 > 0 })\nend_of_record\n"
    return text
  }
}
