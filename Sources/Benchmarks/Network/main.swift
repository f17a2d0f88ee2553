import Glibc
import NetworkFloor

let usage = """
  USAGE: network-benchmarks            the RPC layer beside the least that C needs, in one run
         network-benchmarks serve ...  what it starts for that

  """

switch CommandLine.arguments.dropFirst().first {
case nil:
  floor_keep_awake()
  await measureEcho()
  await measureStreams()
  floor_let_sleep()
case "serve":
  await serve(Array(CommandLine.arguments.dropFirst(2)))
default:
  print(usage, terminator: "")
  exit(CommandLine.arguments.dropFirst().first == "--help" ? 0 : 2)
}
