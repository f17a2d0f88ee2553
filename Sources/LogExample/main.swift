import Glibc
import ReplicatedLog
import RulesNetwork

// Accounts that live in a log: the program builds them from the log's records, changes them by
// appending, watches the changes come back, and gives up what it does not need any more. Started again,
// also after a `kill -9`, it goes on where it was.

guard CommandLine.arguments.count == 2,
  let coordinator = NetworkAddress(CommandLine.arguments[1])
else {
  print("USAGE: log-example HOST:PORT    where the cluster's coordinator listens")
  exit(2)
}

// Three copies, on disk: what was acknowledged survives the loss of any two backups.
let configuration = LogConfiguration(
  coordinator: coordinator, name: "accounts", durability: .disk, replicas: 3)
do {
  try await run()
} catch let error as LogError {
  print(advice(for: error))
  exit(1)
}

func run() async throws {
  // From here on this process is the log's owner: whoever was before is fenced.
  let log = try await ReplicatedLog.open(configuration)

  // Everything that was ever acknowledged, in order.
  var accounts = Accounts()
  for try await record in log.records() {
    if let entry = Entry(record.bytes) { accounts.apply(entry) }
  }
  print("\(accounts.balances.count) accounts with \(accounts.total) in all")

  // A second reader, as another process could be one: it sees a change once it is replicated.
  let beginning = try await log.append(Entry.snapshot(accounts.balances).bytes)
  let audit = Task {
    var seen = Accounts()
    var count = 0
    for try await record in log.follow(from: beginning) {
      if let entry = Entry(record.bytes) { seen.apply(entry) }
      count += 1
      if count > 100 { break }
    }
    return seen
  }

  // Appends may be under way at the same time; each returns when it is on three disks.
  try await withThrowingTaskGroup(of: Void.self) { group in
    for number in 0..<100 {
      let change = Entry.change(account: ["anna", "bert", "carl"][number % 3], amount: number)
      group.addTask { _ = try await log.append(change.bytes) }
    }
    try await group.waitForAll()
  }
  let seen = try await audit.value
  print("\(seen.balances.count) accounts with \(seen.total) in all, after 100 changes")

  // The next start needs the snapshot and what comes after it.
  let snapshot = try await log.append(Entry.snapshot(seen.balances).bytes)
  try log.trim(before: snapshot)
  let status = await log.status()
  print("epoch \(status.epoch), \(status.settings), \(status.durableBytes) bytes")

  // Waits for what was appended, and leaves the log to the next owner.
  try await log.close()
}

/// What somebody who runs this can do.
func advice(for error: LogError) -> String {
  switch error {
  case .unreachable, .noBackups, .incomplete:
    "\(error): start what is missing, and try again"
  case .fenced: "\(error): another log-example has taken over"
  case .otherSettings: "\(error): open it as it is, or under another name"
  case .lost, .vanished: "\(error): look for the disks of the servers that are gone"
  case .trimmed(let first): "\(error): read from \(first) on"
  default: "\(error)"
  }
}
