// The text of a trace, version 1: what `rulesc replay` reads. One record a line, oldest firing first.
//
//   swift-rules trace 1
//   process replog 4711
//   pool log
//   task 0 Segment 4773ccb57e9aa3b8 rules/ReplicatedLog/Segment.rules
//   scope 0 0 Segment.replica 18                 task 0, its scope 0, 18 leaves
//   fact 0 0 1 1 server | none | chosen          from bit 1 on, 1 bit wide, and its values
//   leaf 0 0 2 rule 31 R2                        leaf 2 of that scope, from line 31
//   subject 17 segment 3, replica 1
//   lost 1234                                    older firings that are not here
//   fire 1235 88012345 0 0 17 2 4f               number, time in ns, task, scope, subject, leaf, state
//   now 0 0 17 10 cf                             where the subject's newest evaluation ended
//   end 0f3c9a1b5d7e2468                         FNV-1a of all before this line
//
// `fact` and `leaf` are what a trace can be read with when the rules have changed since: by names.
// The state of a firing is the one before it; of several words the lowest is first, with `:` between.
// In names a line end is written `\n` and a backslash `\\`.

import Glibc

extension PoolCore {
  /// The newest firings as the text of a trace file. O(trace capacity + tasks).
  public var traceText: String {
    let text = TraceText(core: self).text
    return text + "end \(paddedHexadecimal(fnv1a(text.utf8)))\n"
  }
}

private struct TraceText {
  let core: PoolCore

  var text: String {
    var text = "swift-rules trace 1\n"
    text += "process \(ProcessProfile.program) \(getpid())\n"
    text += "pool \(escaped(core.name))\n"
    for (index, kind) in core.kinds.enumerated() { add(kind.pointee.table, index, to: &text) }
    let contents = core.engine.pointee.trace.contents
    addSubjects(to: &text)
    text += "lost \(core.engine.pointee.trace.total - UInt64(contents.count))\n"
    for (offset, entry) in contents.enumerated() {
      let record = entry.record
      let scope = core.kinds[Int(record.kind)].pointee.table.scopes[Int(record.scope)]
      // The words of a ring are up to date only for records of states that have several.
      let words =
        wordCount(of: scope) > 1
        ? core.engine.pointee.trace.words(at: offset).map(Array.init) ?? [] : [record.word.bits]
      text += "fire \(entry.sequence) \(record.time.nanoseconds) \(record.kind) \(record.scope)"
      text += " \(record.subjectID) \(record.leaf) "
      text += hexadecimal(words, in: scope) + "\n"
    }
    addPresent(to: &text)
    return text
  }

  private func add(_ table: RuleTable, _ task: Int, to text: inout String) {
    let hash = paddedHexadecimal(table.contentHash)
    text += "task \(task) \(table.task) \(hash) \(escaped(table.file))\n"
    for (index, scope) in table.scopes.enumerated() {
      text += "scope \(task) \(index) \(scope.name) \(scope.leaves.count)\n"
      for variable in scope.variables {
        let parts = [variable.name] + variable.values
        text += "fact \(task) \(index) \(variable.shift) \(variable.width) "
        text += parts.map(escaped).joined(separator: " | ") + "\n"
      }
      for (number, leaf) in scope.leaves.enumerated() {
        text += "leaf \(task) \(index) \(number) \(leaf.kind) \(leaf.line) \(escaped(leaf.name))\n"
      }
    }
  }

  private func addSubjects(to text: inout String) {
    var names: [UInt64: String] = [:]
    for firing in core.firings { names[firing.subjectID] = firing.subject }
    for (id, name) in names.sorted(by: { $0.key < $1.key }) {
      text += "subject \(id) \(escaped(name))\n"
    }
  }

  /// The state after a firing is the one before the next firing; after the last one it is here.
  private func addPresent(to text: inout String) {
    for record in core.records {
      guard let kind = record.pointee.kind else { continue }
      for index in 0..<record.pointee.subjects.count {
        let status = record.pointee.subjects[index].pointee
        guard status.hasFired, let words = status.newestWords else { continue }
        let scope = kind.pointee.table.scopes[status.scope]
        text += "now \(kind.pointee.index) \(status.scope) \(status.subject.subjectID)"
        text += " \(status.leaf) \(hexadecimal(words, in: scope))\n"
      }
    }
  }

  private func wordCount(of scope: RuleTable.Scope) -> Int {
    let bits = scope.variables.map { $0.shift + $0.width }.max() ?? 0
    return max(1, (bits + 63) / 64)
  }

  /// A ring keeps more words than a scope has when another scope has more.
  private func hexadecimal(_ words: [UInt64], in scope: RuleTable.Scope) -> String {
    words.prefix(wordCount(of: scope)).map { String($0, radix: 16) }.joined(separator: ":")
  }

  private func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0x5C }) else { return name }
    var result = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n", "\r": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension SubjectStatus {
  /// The state of the newest evaluation, unless a rule has changed it since.
  fileprivate var newestWords: [UInt64]? {
    switch ending {
    case .moving, .retrying: nil
    case .blocked, .waiting, .atGoal, .unexpected: allWords
    }
  }
}
