// The text of a trace, version 2: what `rulesc replay` reads. One record a line, oldest firing first.
//
//   swift-rules trace 2
//   process replog 4711
//   pool log
//   task 0 Segment 4773ccb57e9aa3b8 rules/ReplicatedLog/Segment.rules
//   scope 0 0 Segment.replica 18                 task 0, its scope 0, 18 leaves
//   fact 0 0 1 1 server | none | chosen          from bit 1 on, 1 bit wide, and its values
//   leaf 0 0 2 rule 31 R2                        leaf 2 of that scope, from line 31
//   cause 1 append                               the name of causes with number 1
//   signal 4                                     written by the handler of this signal, in a crash
//   subject 17 segment 3, replica 1
//   lost 1234                                    older firings that are not here
//   fire 1235 88012345 0 0 17 2 4f 5f reply 1230 1
//   now 0 0 17 10 cf                             where the subject's newest evaluation ended
//   end 0f3c9a1b5d7e2468                         FNV-1a of all before this line
//
// `fact` and `leaf` are what a trace can be read with when the rules have changed since: by names.
// Of a firing: its number, the time in ns, task, scope, subject and leaf, the state before it and the
// one the subject's next evaluation found (`?`: not known), what enabled it (`Cause.Kind`), the number
// of the firing that goes back to (`-`: none), and the cause's name (0: none). Of a state of several
// words the lowest is first, with `:` between. Version 1 had neither state after nor cause.
// In names a line end is written `\n` and a backslash `\\`.

import Glibc

extension PoolCore {
  /// The newest firings as the text of a trace file. O(trace capacity + tasks).
  public var traceText: String {
    let text = TraceText(core: self).text
    return text + "end \(paddedHexadecimal(fnv1a(text.utf8)))\n"
  }
}

/// The lines of a trace.
struct TraceText {
  let core: PoolCore

  /// All but the last one.
  var text: String {
    var text = head
    let trace = core.engine.pointee.trace
    addSubjects(to: &text)
    text += "lost \(trace.total - UInt64(trace.count))\n"
    for step in core.steps {
      let record = step.record
      text += "fire \(step.sequence) \(record.time.nanoseconds) \(record.kind) \(record.scope)"
      text += " \(record.subjectID) \(record.leaf) \(hexadecimal(step.before)) "
      text += step.after.map(hexadecimal) ?? "?"
      let cause = record.cause.cause
      text += " \(cause.kind) \(cause.origin.map(String.init) ?? "-") \(cause.name)\n"
    }
    addPresent(to: &text)
    return text
  }

  /// What stands before the firings and does not change with them.
  var head: String {
    var text = "swift-rules trace 2\n"
    text += "process \(ProcessProfile.program) \(getpid())\n"
    text += "pool \(escapedLine(core.name))\n"
    for (index, kind) in core.kinds.enumerated() { add(kind.pointee.table, index, to: &text) }
    for (index, name) in core.causeNames.enumerated() {
      text += "cause \(index + 1) \(escapedLine(name))\n"
    }
    return text
  }

  private func add(_ table: RuleTable, _ task: Int, to text: inout String) {
    let hash = paddedHexadecimal(table.contentHash)
    text += "task \(task) \(table.task) \(hash) \(escapedLine(table.file))\n"
    for (index, scope) in table.scopes.enumerated() {
      text += "scope \(task) \(index) \(scope.name) \(scope.leaves.count)\n"
      for variable in scope.variables {
        let parts = [variable.name] + variable.values
        text += "fact \(task) \(index) \(variable.shift) \(variable.width) "
        text += parts.map(escapedLine).joined(separator: " | ") + "\n"
      }
      for (number, leaf) in scope.leaves.enumerated() {
        text +=
          "leaf \(task) \(index) \(number) \(leaf.kind) \(leaf.line) \(escapedLine(leaf.name))\n"
      }
    }
  }

  private func addSubjects(to text: inout String) {
    var names: [UInt64: String] = [:]
    for firing in core.firings { names[firing.subjectID] = firing.subject }
    for (id, name) in names.sorted(by: { $0.key < $1.key }) {
      text += "subject \(id) \(escapedLine(name))\n"
    }
  }

  /// Where subjects stand now.
  private func addPresent(to text: inout String) {
    for record in core.records {
      guard let kind = record.pointee.kind else { continue }
      for index in 0..<record.pointee.subjects.count {
        let status = record.pointee.subjects[index].pointee
        guard status.hasFired, let words = status.newestWords else { continue }
        text += "now \(kind.pointee.index) \(status.scope) \(status.subjectID)"
        text += " \(status.leaf) \(hexadecimal(words))\n"
      }
    }
  }

  private func hexadecimal(_ words: [UInt64]) -> String {
    words.map { String($0, radix: 16) }.joined(separator: ":")
  }
}

/// A name in a line of a trace: without line ends.
func escapedLine(_ name: String) -> String {
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

extension RuleTable.Scope {
  /// How many words its states have.
  var wordCount: Int {
    let bits = variables.map { $0.shift + $0.width }.max() ?? 0
    return max(1, (bits + 63) / 64)
  }
}

extension SubjectStatus {
  /// The state of the newest evaluation, unless a rule has changed it since.
  var newestWords: [UInt64]? {
    switch ending {
    case .moving, .retrying: nil
    case .blocked, .waiting, .atGoal, .unexpected: allWords
    }
  }
}
