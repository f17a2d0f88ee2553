import FoundationEssentials
import Glibc
import NetworkFloor

let usage = """
  USAGE: log-benchmarks    the replicated log beside the least that C needs, in one run

  It runs `replog bench`, built the same way: swift build -c release --product replog

  """

guard CommandLine.arguments.count == 1 else {
  print(usage, terminator: "")
  exit(CommandLine.arguments.dropFirst() == ["--help"] ? 0 : 2)
}
let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false)
  .dropLast().joined(separator: "/")
let replog = (folder.isEmpty ? "." : folder) + "/replog"
guard FileManager.default.isExecutableFile(atPath: replog) else {
  print("there is no \(replog): build it first, swift build -c release --product replog")
  exit(2)
}

var rounds: [Round] = []
floor_keep_awake()
for _ in 0..<3 {
  guard let round = measureRound(replog: replog) else { exit(1) }
  rounds.append(round)
}
floor_let_sleep()
report(rounds)
