import RulesAnalysis
import RulesLanguage

/// Identifies what a task's states and leaves are made from: data that was recorded under another
/// hash is stale. FNV-1a, 64 bits.
///
/// Covered are the text of the task's own file and of those that declare what it sees - the each
/// that one of its eaches ranges over, its related tasks, the enums of all these - and the intervals
/// of its Ints, which any file of the program may cut further. Where the files lie and in which
/// order they were given does not matter.
package func contentHash(of task: TaskModel, in program: Program) -> UInt64 {
  let related = task.relateds.compactMap { program.task($0.task) }
  let foreign = task.eaches.compactMap { Scope(program, task, $0).foreign?.task }
  let variables = ([task] + foreign + related).flatMap { task in
    task.body.variables + task.eaches.flatMap(\.body.variables)
  }
  var files = Set(([task] + foreign + related).map(\.position.file))
  for variable in variables {
    guard case .enumeration(let name) = variable.kind,
      let declaration = program.enumeration(name)
    else { continue }
    files.insert(declaration.position.file)
  }
  var hash = Fnv1a()
  // By their text, because names depend on the folder.
  let texts = files.map { Array(program.files[$0].text.utf8) }
  for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hash.add(text) }
  for variable in variables {
    guard case .integer(let domain) = variable.kind else { continue }
    hash.add("\(variable.name): \(domain.intervals.map(\.name).joined(separator: ", "))\n".utf8)
  }
  return hash.value
}

/// The hash of Fowler, Noll and Vo in its variant 1a: not against malice, but the same on every
/// machine, and a few lines long.
package struct Fnv1a: Sendable {
  /// Of all bytes so far.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  /// Goes on with these bytes.
  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }
}
