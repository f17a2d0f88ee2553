import RulesNetwork

/// A cluster on this machine: child processes that listen on free loopback ports.
struct LocalCluster: Sendable {
  struct Backup: Sendable {
    var server: ServerID
    var address: NetworkAddress
    var process: ChildProcess
  }

  var coordinator: NetworkAddress
  var coordinatorProcess: ChildProcess
  /// In the order they were started.
  var backups: [Backup]

  /// Starts a coordinator, then the backups one after the other, each ready before the next.
  /// - Parameters:
  ///   - prefix: what the names of the servers' files begin with.
  /// - Throws: `CommandFailure` with the reason that the child gave.
  static func start(
    backups count: Int, in resources: LocalResources, named prefix: String = ""
  ) throws(CommandFailure) -> LocalCluster {
    let directory = resources.directory
    let coordinator = try start(
      "\(prefix)coordinator",
      [
        "coordinator", "--listen", "127.0.0.1:0", "--dir", "\(directory)/\(prefix)coordinator",
      ],
      resources)
    var cluster = LocalCluster(
      coordinator: coordinator.ready.address, coordinatorProcess: coordinator.process, backups: [])
    for number in 1...count {
      let name = "\(prefix)backup-\(number)"
      let backup = try start(
        name,
        [
          "backup", "--coordinator", "\(cluster.coordinator)", "--listen", "127.0.0.1:0",
          "--dir", "\(directory)/\(name)",
        ], resources)
      guard let server = backup.ready.server else {
        throw CommandFailure("\(name) did not say which server it is", code: .failure)
      }
      cluster.backups.append(
        Backup(server: server, address: backup.ready.address, process: backup.process))
    }
    return cluster
  }

  /// Ends all of them at once, and waits for it.
  func end() {
    let processes = backups.map(\.process) + [coordinatorProcess]
    for process in processes { process.killAtOnce() }
    for process in processes { process.wait(atMost: .seconds(5)) }
  }

  /// The backups whose process has ended.
  var gone: Set<ServerID> {
    Set(backups.filter { $0.process.endedHow() != nil }.map(\.server))
  }

  subscript(server: ServerID) -> Backup? { backups.first { $0.server == server } }

  private static func start(
    _ name: String, _ arguments: [String], _ resources: LocalResources
  ) throws(CommandFailure) -> (process: ChildProcess, ready: ReadyLine) {
    let process = try resources.start(name, arguments + ["--exit-with-parent"])
    guard let line = process.firstLine(within: .seconds(20)), let ready = ReadyLine(line) else {
      process.wait(atMost: .seconds(1))
      let log = try FileBytes.read("\(resources.directory)/\(name).log", limit: 1 << 20)
      let last = String(decoding: log, as: UTF8.self).split(separator: "\n").last
      let end = process.endedHow().map { "ended with \($0)" } ?? "did not become ready"
      throw CommandFailure(
        "\(name) \(end)\(last.map { ": \($0)" } ?? "")", code: .failure)
    }
    return (process, ready)
  }
}
