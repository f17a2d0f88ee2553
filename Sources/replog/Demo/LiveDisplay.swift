import Synchronization

/// Draws the progress: on a terminal a block of lines that is rewritten in place below the events,
/// elsewhere a plain line now and then.
final class LiveDisplay: Sendable {
  private struct State {
    /// Lines of the block on the screen now.
    var height = 0
    /// The beginning counts as one: a short demo needs no progress lines.
    var lastPlain = ContinuousClock.now
    var lastText = ""
    var isOpen = true
  }

  /// Plain lines come no more often than this.
  static let plainInterval = Duration.seconds(1)

  private let console: Console
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(console: Console) { self.console = console }

  /// Writes a line that stays, with the seconds since the demo began.
  func event(_ text: String) {
    let seconds = decimal((ContinuousClock.now - start).inSeconds).rightAligned(to: 6)
    state.withLock { state in
      guard state.isOpen else { return }
      erase(&state)
      console.line("\(seconds) s  \(text)")
    }
  }

  /// Shows the state of now: `block` on a terminal, `plain` elsewhere (unless nothing changed).
  func show(block: [String], plain: String) {
    state.withLock { state in
      guard state.isOpen else { return }
      if console.isTerminal {
        erase(&state)
        let width = console.width - 1
        console.write(block.map { String($0.prefix(width)) + "\n" }.joined())
        state.height = block.count
        return
      }
      let now = ContinuousClock.now
      if plain == state.lastText { return }
      if now - state.lastPlain < LiveDisplay.plainInterval { return }
      state.lastPlain = now
      state.lastText = plain
      let seconds = decimal((now - start).inSeconds).rightAligned(to: 6)
      console.line("\(seconds) s  \(plain)")
    }
  }

  /// Removes the block: what follows is written below the events.
  func clear() { state.withLock { erase(&$0) } }

  /// As `clear`, and draws nothing any more.
  func close() {
    state.withLock { state in
      erase(&state)
      state.isOpen = false
    }
  }

  private func erase(_ state: inout State) {
    if state.height > 0 { console.write("\u{1B}[\(state.height)A\u{1B}[J") }
    state.height = 0
  }
}
