import FoundationEssentials
import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime

let usage = """
  USAGE: log-server PORT memory|disk DIR    a log on three backups behind a raw protocol, to be measured

  Starts a coordinator and three backups, `replog` from beside it, with their files in DIR, and listens on
  127.0.0.1:PORT until it is ended. Takes records of 100 bytes back to back; answers with numbers of eight
  bytes, little-endian, each how many more records of the connection are on all three backups.

  """

let arguments = CommandLine.arguments.dropFirst().map { $0 == "fsync" ? "disk" : $0 }
guard arguments.count == 3, let port = UInt16(arguments[0]),
  let level = LogDurability.allCases.first(where: { $0.description == arguments[1] })
else {
  print(usage, terminator: "")
  exit(arguments == ["--help"] ? 0 : 2)
}
let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false)
  .dropLast().joined(separator: "/")
let directory = "\(arguments[2])/log-server-\(getpid())"
do {
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
} catch {
  print("\(directory): \(error)")
  exit(2)
}
guard
  let cluster = Cluster(
    replog: (folder.isEmpty ? "." : folder) + "/replog", directory: directory, backups: 3)
else { exit(1) }
let configuration = LogConfiguration(
  coordinator: cluster.coordinator, durability: level, memoryLimit: 4 << 30)
let pool = try await Pool(name: "log server") { core in
  try RawServer(
    core: core, configuration: configuration,
    address: NetworkAddress(host: "127.0.0.1", port: port),
    failed: { error in
      print("\(error)")
      exit(1)
    })
}
while true { try await Task.sleep(for: .seconds(3_600)) }
