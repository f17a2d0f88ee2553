import Synchronization

/// All that a verb with servers of its own must not leave behind: its child processes and its directory.
///
/// `release` may run on any thread at any moment, also while another starts a child: that one is
/// then either ended too, or refused.
final class LocalResources: Sendable {
  private struct State {
    var children: [ChildProcess] = []
    var released = false
    var interrupted = false
  }

  /// The verb.
  private let name: String
  /// Where the backups, the coordinator and the children's logs are.
  let directory: String
  private let keeps: Bool
  private let state = Mutex(State())

  /// Makes the directory: `keep`, or a temporary one that `release` removes.
  init(for name: String, keep: String? = nil) throws(CommandFailure) {
    self.name = name
    keeps = keep != nil
    if let keep {
      try Directory.makeEmpty(keep)
      directory = keep
    } else {
      directory = try Directory.makeTemporary(prefix: "replog-\(name)-")
    }
  }

  /// Starts a child whose stderr goes to `NAME.log` in the directory.
  func start(_ name: String, _ arguments: [String]) throws(CommandFailure) -> ChildProcess {
    try state.withLock { state throws(CommandFailure) in
      if state.released { throw CommandFailure("interrupted", code: .interrupted) }
      let child = try ChildProcess(
        name: name, arguments: arguments, log: "\(directory)/\(name).log")
      state.children.append(child)
      return child
    }
  }

  /// Kills every child, removes what is to be removed, and ends the process. For a signal's thread.
  func interrupt(_ console: Console) -> Never {
    state.withLock { $0.interrupted = true }
    let problem = release(patience: .zero)
    console.report(
      "\nreplog \(name): interrupted; the servers were ended"
        + (keeps ? "" : " and their files removed"))
    if let problem { console.report("replog \(name): could not remove \(problem)") }
    ExitCode.interrupted.exit()
  }

  /// Does not return while another thread is in `interrupt`: whatever failed, failed because of that.
  func waitIfInterrupted() async {
    while state.withLock({ $0.interrupted }) {
      // Until the process ends; a cancellation only makes it look again.
      try? await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Ends every child and waits for it, then removes the directory unless it is kept.
  /// - Parameter patience: how long children may take to end by themselves before they are killed.
  /// - Returns: nil, or what could not be removed.
  @discardableResult
  func release(patience: Duration) -> String? {
    state.withLock { state in
      if state.released { return nil }
      state.released = true
      if patience > .zero {
        for child in state.children { child.terminate() }
        let deadline = ContinuousClock.now + patience
        for child in state.children { child.wait(atMost: deadline - ContinuousClock.now) }
      }
      for child in state.children { child.killAtOnce() }
      for child in state.children { child.wait(atMost: .seconds(10)) }
      return keeps ? nil : Directory.removeTree(directory)
    }
  }
}
