import Foundation
import Glibc
import Testing

/// Backups and coordinators as processes that are attacked, and started again whenever they have ended.
final class NemesisCluster {
  /// A process that is to run.
  struct Member {
    var name: String
    var arguments: [String]
    var prefix: [String]
    var process: ReplogProcess
    /// Not started again before this moment.
    var rest = ContinuousClock.now
    var starts = 1
  }

  /// This backup's files are damaged while it is down.
  static let damaged = 0
  /// This one has a disk with room for one segment, which is empty whenever it starts, where the machine
  /// allows that.
  static let small = 4

  let folder: URL
  let network: NemesisNetwork?
  private let etcd: Etcd?
  private(set) var coordinators: [Member] = []
  private(set) var backups: [Member] = []
  private let addresses: String
  /// Ends that nobody caused, such as traps.
  private(set) var crashes: [String] = []

  init(in folder: URL, network: NemesisNetwork?) throws {
    self.folder = folder
    self.network = network
    let prefix = network?.prefix ?? []
    etcd = Etcd.path == nil ? nil : try Etcd(in: folder, prefix: prefix)
    let ports = try freePorts(etcd == nil ? 1 : 2)
    let listens = ports.enumerated().map { "\(Self.address(ofCoordinator: $0)):\($1)" }
    addresses = listens.joined(separator: ",")
    for (index, listen) in listens.enumerated() {
      let store =
        etcd.map { ["--store", $0.store] }
        ?? ["--dir", folder.appending(path: "coordinator").path]
      coordinators.append(
        try start(
          "coordinator-\(index)", ["coordinator", "--listen", listen] + store, prefix))
    }
    for index in 0..<5 {
      let directory = folder.appending(path: "backup-\(index)").path
      backups.append(
        try start(
          "backup-\(index)",
          [
            "backup", "--coordinator", addresses, "--dir", directory, "--listen",
            "\(Self.address(ofBackup: index)):0",
          ], prefix + (index == Self.small ? smallDisk(at: directory) : [])))
    }
  }

  static func address(ofBackup index: Int) -> String { "127.0.0.\(10 + index)" }

  static func address(ofCoordinator index: Int) -> String { "127.0.0.\(20 + index)" }

  /// What is used and what is left out on this machine, for people.
  var means: String {
    (etcd == nil ? "no etcd: one coordinator" : "two coordinators")
      + (network == nil ? "; no network namespace (needs root): nobody is cut off" : "")
      + (geteuid() == 0 ? "" : "; no small disk (needs root)")
  }

  /// A program that mounts a small disk for itself alone, and becomes another.
  private func smallDisk(at directory: String) -> [String] {
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare") else {
      return []
    }
    return [
      "/usr/bin/unshare", "-m", "sh", "-c",
      "mkdir -p \(directory) && mount -t tmpfs -o size=12m none \(directory) && exec \"$@\"", "sh",
    ]
  }

  private func start(
    _ name: String, _ arguments: [String], _ prefix: [String]
  ) throws -> Member {
    // Two prefixes, one after the other, are one: `nsenter ... unshare ...`.
    let process = try ReplogProcess(
      arguments + ["--exit-with-parent"], in: folder, keepInput: true, prefix: prefix)
    return Member(name: name, arguments: arguments, prefix: prefix, process: process)
  }

  /// A client's process.
  func client(_ arguments: [String], keepInput: Bool = false) throws -> ReplogProcess {
    try ReplogProcess(
      arguments + ["--coordinator", addresses], in: folder, keepInput: keepInput,
      prefix: network?.prefix ?? [])
  }

  /// Starts what has ended and has rested.
  func step() throws {
    for index in coordinators.indices { try step(&coordinators[index]) }
    for index in backups.indices { try step(&backups[index]) }
  }

  private func step(_ member: inout Member) throws {
    guard !member.process.process.isRunning, ContinuousClock.now >= member.rest else { return }
    let process = member.process.process
    if process.terminationReason == .uncaughtSignal, process.terminationStatus != SIGKILL {
      crashes.append(
        "\(member.name): signal \(process.terminationStatus)\n\(member.process.errors)")
    }
    let (starts, name) = (member.starts + 1, member.name)
    member = try start(name, member.arguments, member.prefix)
    member.starts = starts
    // One that cannot start is not started a hundred times a second.
    member.rest = .now + .milliseconds(200)
  }

  func killBackup(_ index: Int, rest: Duration) { kill(&backups[index], rest: rest) }

  func killCoordinator(_ index: Int, rest: Duration) { kill(&coordinators[index], rest: rest) }

  private func kill(_ member: inout Member, rest: Duration) {
    member.process.signal(SIGKILL)
    member.process.process.waitUntilExit()
    member.rest = .now + rest
  }

  func signalEtcd(_ signal: Int32) { etcd?.signal(signal) }

  /// Damages one replica of the backup that is damaged, while it is down.
  func damageReplica(using random: inout SplitMix) throws {
    killBackup(Self.damaged, rest: .milliseconds(Int64(random.next() % 2000)))
    let directory = folder.appending(path: "backup-\(Self.damaged)")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.contains("replica") }.sorted()
    guard let name = names.randomElement(using: &random) else { return }
    let file = try FileHandle(forUpdating: directory.appending(path: name))
    defer { try? file.close() }
    let size = try file.seekToEnd()
    guard size > 0 else { return }
    let offset = random.next() % size
    if random.next() % 3 == 0 {
      try file.truncate(atOffset: offset)
    } else {
      try file.seek(toOffset: offset)
      try file.write(
        contentsOf: Data((0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }))
    }
  }

  /// The last lines of all processes, for people.
  var words: String {
    (coordinators + backups).map { member in
      let lines = member.process.errors.split(separator: "\n").suffix(6).joined(separator: "\n  ")
      return "\(member.name), start \(member.starts):\n  \(lines)"
    }.joined(separator: "\n")
  }

  func end() {
    for member in coordinators + backups {
      member.process.signal(SIGKILL)
      member.process.process.waitUntilExit()
    }
    etcd?.end()
    network?.end()
  }
}
