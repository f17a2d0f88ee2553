import RulesAnalysis
import RulesLanguage

/// A program of one file, analysed.
func analysed(_ text: String) throws -> (program: Program, analysis: Analysis) {
  let program = try FlagshipProgram.compile([SourceFile(path: "T.rules", text: text)])
  return (program, analyse(program))
}

/// Calls with every state of a scope, consistent or not, by value indices.
func forEachState(of partition: Partition, _ body: ([Int]) throws -> Void) rethrows {
  let sizes = partition.space.variables.map(\.values.count)
  var state = sizes.map { _ in 0 }
  while true {
    try body(state)
    guard let index = state.indices.first(where: { state[$0] + 1 < sizes[$0] }) else { return }
    state[index] += 1
    for earlier in 0..<index { state[earlier] = 0 }
  }
}
