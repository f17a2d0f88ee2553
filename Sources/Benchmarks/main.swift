import Glibc

let usage = """
  USAGE: Benchmarks                   the rules of Figure 2 and the pool around them
         Benchmarks compiler RULESC   the compiler at this path; run it in the package's folder

  """

switch CommandLine.arguments.dropFirst().first {
case nil:
  measureRules()
  measurePool()
case "compiler" where CommandLine.arguments.count == 3:
  exit(measureCompiler(CommandLine.arguments[2]) ? 0 : 1)
default:
  print(usage, terminator: "")
  exit(CommandLine.arguments.dropFirst().first == "--help" ? 0 : 2)
}
