import Glibc

let usage = """
  USAGE: Benchmarks                   the rules of Figure 2, the pool around them, its counters
         Benchmarks pool              the pool around the rules, and one that is idle
         Benchmarks counters          what counting states costs
         Benchmarks await             what it costs to await a pool, with and without spinning
         Benchmarks explore           exploring the log's rules; run it in the package's folder
         Benchmarks compiler RULESC   the compiler at this path; run it in the package's folder

  """

switch CommandLine.arguments.dropFirst().first {
case nil:
  measureRules()
  measurePool()
  try await measureIdlePool()
  measureCounters()
case "pool" where CommandLine.arguments.count == 2:
  measurePool()
  try await measureIdlePool()
case "counters" where CommandLine.arguments.count == 2:
  measureCounters()
case "await" where CommandLine.arguments.count == 2:
  try await measureAwait()
case "explore" where CommandLine.arguments.count == 2:
  exit(measureExploration() ? 0 : 1)
case "compiler" where CommandLine.arguments.count == 3:
  exit(measureCompiler(CommandLine.arguments[2]) ? 0 : 1)
default:
  print(usage, terminator: "")
  exit(CommandLine.arguments.dropFirst().first == "--help" ? 0 : 2)
}
