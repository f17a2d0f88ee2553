import Glibc
import LogSimulation

/// The result of one hunt as a line between processes: fields with tabs between them.
struct HuntLine: Equatable {
  var seeds: Int
  var simulatedSeconds: Int
  var processorSeconds: Double
  var unsound: Int
  /// nil: nothing was seen.
  var invariant: String?
  var text = ""
  /// The process was brought down, and not for want of time.
  private(set) var isCrash = false

  init(_ result: Hunt.Result) {
    seeds = result.seeds
    simulatedSeconds = Int(result.simulated.inSeconds)
    processorSeconds = result.time.inSeconds
    unsound = result.unsound
    invariant = result.found?.violation.invariant.name
    text = result.found.map { "seed \($0.seed): \($0.violation.text)" } ?? ""
  }

  /// The process that hunted ended by itself.
  init(endedWith how: String) {
    seeds = 0
    simulatedSeconds = 0
    processorSeconds = 0
    unsound = 0
    invariant = "trap"
    text = "the process ended with \(how)"
    isCrash = Self.crashes.contains(how)
  }

  /// Traps and bad accesses. What takes too long gets signal 9.
  private static let crashes = Set(
    [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV].map { "signal \($0)" })

  /// The seed that showed it; nil: none did, or the process ended before it could say so.
  var seed: UInt64? {
    guard text.hasPrefix("seed ") else { return nil }
    return UInt64(text.dropFirst(5).prefix { $0.isNumber })
  }

  /// Reads what `line` has written; nil when it is something else.
  init?(_ line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 6, let seeds = Int(fields[0]), let simulated = Int(fields[1]),
      let time = Double(fields[2]), let unsound = Int(fields[3])
    else { return nil }
    self.seeds = seeds
    simulatedSeconds = simulated
    processorSeconds = time
    self.unsound = unsound
    invariant = fields[4].isEmpty ? nil : fields[4]
    text = fields[5]
  }

  var line: String {
    let seen = text.replacing("\t", with: " ").replacing("\n", with: " ")
    return "\(seeds)\t\(simulatedSeconds)\t\(decimal(processorSeconds, digits: 2))\t"
      + "\(unsound)\t\(invariant ?? "")\t\(seen)"
  }
}
