import Glibc
import RulesAnalysis
import RulesLanguage
import RulesRuntime

/// Exploring linked instances of the replicated log's rules: states a second.
///
/// A state is one of those that the report counts. Those that differ only in which replica of a
/// segment is which are visited once; the last run visits every state, for comparison.
/// - Returns: whether the rules could be read and every exploration ended within its budget.
func measureExploration() -> Bool {
  let paths = ["LogReplication", "Segment", "ServerFailure"].map {
    "Tests/Fixtures/Figure2/\($0).rules"
  }
  var files: [SourceFile] = []
  for path in paths {
    guard let text = readFile(path) else {
      print("cannot read \(path): run it in the package's folder")
      return false
    }
    files.append(SourceFile(path: path, text: text))
  }
  guard let program = compile(files, load: { _ in nil }).result.value else { return false }
  let runs = [
    Exploring(segments: 2, replicas: 1, failures: 1), Exploring(segments: 1, replicas: 3),
    Exploring(segments: 2, replicas: 2), Exploring(segments: 2, replicas: 3),
    Exploring(segments: 2, replicas: 2, failures: 1),
    Exploring(segments: 2, replicas: 2, keepsAll: true),
  ]
  return runs.map { $0.measure(program) }.allSatisfy { $0 }
}

/// One exploration of so many segments and failures.
private struct Exploring {
  var segments: Int
  var replicas: Int
  var failures = 0
  var keepsAll = false

  /// More than any of them has.
  private static let budget = 50_000_000
  private static let rounds = 3

  private var name: String {
    let failures = failures > 0 ? ", ServerFailure" : ""
    let all = keepsAll ? ", every state visited" : ""
    return "Segment * \(segments) (replica * \(replicas))\(failures)\(all)"
  }

  /// Whether it ended.
  func measure(_ program: Program) -> Bool {
    var program = program
    guard let pool = program.pools.first else { return false }
    var parts = [
      PoolModel.Exploration.Part(
        task: "Segment", count: segments, elements: [(each: "replica", count: replicas)],
        position: pool.position)
    ]
    if failures > 0 {
      parts.append(
        PoolModel.Exploration.Part(
          task: "ServerFailure", count: failures, elements: [], position: pool.position))
    }
    program.pools[0].explorations = [
      PoolModel.Exploration(parts: parts, budget: Self.budget, position: pool.position)
    ]
    var best = Double.infinity
    var found: PoolExploration?
    for _ in 0..<Self.rounds {
      let start = SystemClock().now
      found = explorePools(program, keepsAll: keepsAll).explorations.first
      best = min(best, Double((SystemClock().now - start).saturatedNanoseconds) / 1e9)
    }
    guard let found, let result = found.result else {
      report(name, "more than its budget")
      return false
    }
    report("\(name): states", "\(result.states), \(found.kept) of them visited")
    report("  million states a second", Double(result.states) / best / 1e6, "")
    report("  million visited states a second", Double(found.kept) / best / 1e6, "")
    report("  time", best * 1e3, " ms")
    return true
  }
}

/// A file's text; nil: it cannot be read.
private func readFile(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4_096)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    guard count > 0 else { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
