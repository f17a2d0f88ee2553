import Glibc
import RulesRuntime

/// A pool of the process, for the tests of traces: it has fired five times when something happens to
/// it.
///
///     trap       an action traps
///     abort      the process aborts itself
///     overflow   an action recurses without end
///     read-zero  an action reads address zero
///     killed     nothing: it waits for a signal, as does `demand`
func runPool(_ what: String) {
  Task {
    let pool = try await Pool(name: "crash test") { core in
      core.add(Countdown(5))
      return core
    }
    while try await pool.read({ $0.statistics.firings.count }) < 5 {}
    try await pool.read { core in
      let task = Countdown(1, id: 2) {
        switch what {
        case "trap": precondition(CommandLine.arguments.isEmpty, "as the test wants")
        case "abort": abort()
        case "overflow": _ = recurse(1)
        case "read-zero":
          _ = UnsafePointer<Int>(bitPattern: CommandLine.arguments.count << 3)?.pointee
        default: _ = write(1, "ready\n", 6)
        }
      }
      core.add(task)
    }
    // A pool that is dropped would end, and leave its trace for that reason.
    try await Task.sleep(for: .seconds(3_600))
    await pool.shutdown()
  }
}

/// Ends only with the stack.
private func recurse(_ depth: Int) -> Int {
  var page = (depth, depth, depth, depth, depth, depth, depth, depth)
  return withUnsafeMutablePointer(to: &page) { recurse($0.pointee.3 + 1) } + page.0
}
