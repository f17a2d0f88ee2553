import Adapters
import Logging
import RulesRuntime
import Tracing

/// One pool with every adapter.
@main
struct Demo {
  static func main() async throws {
    let pool = try await Pool(
      name: "tower", log: RuleLog(Logger(label: "rules")), tracer: .spans()
    ) { core in
      let bell = Bell()
      core.add(bell)
      return (core, bell)
    }
    while try await pool.read({ $0.1.left }) > 0 {}
    var reporter = MetricsReporter()
    reporter.report(try await pool.metrics())
    print("again")
    reporter.report(try await pool.metrics())
    try await pool.tracedRead("look") { _ in }
    try await withSpan("visit") { _ in
      try await pool.tracedSend { _ in
        print("sent from \(ServiceContext.current?.name ?? "nowhere")")
      }
    }
    try await PoolService(pool).run()
    print("ended")
  }
}
