import Glibc
import RulesRuntime

// A process for the tests of profiles and traces. Two pools count some evaluations, one of them is gone
// by the time the profile is written. What the process does then is its argument:
//   (nothing)    ends
//   sleep        says "ready" and reads standard input to its end first
//   own-signal   the same, but it has its own use for SIGUSR2: it says "mine"
//   own-later    the same, but it takes the signal after the first pool was made
//   pool WHAT    has a third pool, on a thread, to which something happens (RunPool.swift)

/// Counts down, then waits.
final class Countdown: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64
  private var left: Int
  private let onFire: () -> Void

  init(_ left: Int, id: UInt64 = 1, onFire: @escaping () -> Void = {}) {
    self.left = left
    self.onFire = onFire
    subjectID = id
  }

  var subjectName: String { subjectID == 1 ? "countdown" : "countdown \(subjectID)" }

  static let ruleTable = RuleTable(
    task: "Countdown", file: "rules/Countdown.rules", contentHash: 0x0123_4567_89ab_cdef,
    scopes: [
      RuleTable.Scope(
        name: "Countdown", line: 1,
        variables: [.init("left", ["0", "1..."], shift: 0, width: 1)],
        leaves: [.init("R1", .rule, line: 2), .init("W1", .wait, line: 3, causes: ["more"])])
    ])

  private enum TaskLeaf: Int, RuleLeaf {
    static let scope = 0
    case rule, wait
  }

  func applyRules(_ turn: inout Turn) {
    var word = StateWord()
    word.put(left > 0, at: 0)
    if left > 0 {
      turn.fire(TaskLeaf.rule, word, self) {
        left -= 1
        onFire()
      }
    } else {
      turn.wait(TaskLeaf.wait, word, self)
    }
  }
}

func count(_ left: Int) -> PoolCore {
  let core = PoolCore(name: "countdown")
  core.add(Countdown(left))
  while core.step() == .zero {}
  return core
}

func takeSignal() {
  signal(SIGUSR2) { _ in _ = write(1, "mine\n", 5) }
}

// Who starts it may block signals, as the threads of a test do.
var signals = sigset_t()
sigfillset(&signals)
pthread_sigmask(SIG_UNBLOCK, &signals, nil)

let argument = CommandLine.arguments.dropFirst().first
if argument == "own-signal" { takeSignal() }
_ = count(5)
let core = count(2)
if argument == "own-later" { takeSignal() }
if argument == "pool" {
  runPool(CommandLine.arguments.last ?? "")
} else if argument != nil {
  _ = write(1, "ready\n", 6)
}
if argument != nil {
  var byte: UInt8 = 0
  while true {
    let length = read(0, &byte, 1)
    if length == 0 || (length < 0 && errno != EINTR) { break }
  }
}
withExtendedLifetime(core) {}
