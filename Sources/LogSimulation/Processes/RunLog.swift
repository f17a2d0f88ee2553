import RulesRuntime
import RulesSimulation

/// What happened in a run, the newest lines of it, and a number for all of it.
package final class RunLog {
  /// So many lines are kept.
  package static let kept = 60

  private let clock: ManualClock
  private var lines: [String] = []
  private var first = 0
  /// Lines of processes that are below it are not even made.
  private let minimum: RuleLog.Level
  /// Gets every line at once; nil: nobody does.
  private let echo: ((String) -> Void)?
  /// Two runs with different numbers differ somewhere.
  package private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325

  package init(
    clock: ManualClock, minimum: RuleLog.Level = .notice, echo: ((String) -> Void)? = nil
  ) {
    self.clock = clock
    self.minimum = minimum
    self.echo = echo
  }

  /// The newest lines, oldest first.
  package var newest: [String] { Array(lines[first...] + lines[..<first]) }

  /// Adds a line.
  package func note(_ text: String) {
    let line = "\(Self.seconds(clock.now)) \(text)"
    for byte in line.utf8 { fingerprint = (fingerprint ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    echo?(line)
    if lines.count < Self.kept {
      lines.append(line)
    } else {
      lines[first] = line
      first = (first + 1) % Self.kept
    }
  }

  /// Mixes a number in.
  package func mark(_ number: UInt64) {
    fingerprint = (fingerprint ^ number) &* 0x0000_0100_0000_01b3
    fingerprint ^= fingerprint >> 29
  }

  /// Where a process's messages go.
  package func log(for process: String) -> RuleLog {
    let confined = Confined(value: self)
    return RuleLog(minimum: minimum) { level, message in
      confined.value.note("\(process): \(level): \(message)")
    }
  }

  /// `12.345678`
  package static func seconds(_ time: PoolInstant) -> String {
    let microseconds = time.nanoseconds / 1000
    let fraction = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000)."
      + String(repeating: "0", count: 6 - fraction.count) + fraction
  }
}
