import Foundation
import Glibc
import TestSupport
import Testing

/// Backups and coordinators as processes that are attacked, and started again whenever they have ended.
final class NemesisCluster {
  /// A process that is to run.
  struct Member {
    var name: String
    var host: NemesisHost
    var arguments: [String]
    var process: ReplogProcess
    /// Not started again before this moment.
    var rest = ContinuousClock.now
    var starts = 1
  }

  /// This backup's files are damaged while it is down.
  static let damaged = 0
  /// This one has a disk of 20 MB, with room for two segments, where the machine allows that.
  static let small = 4

  let folder: URL
  let network: NemesisNetwork?
  private let etcd: EtcdServer?
  private(set) var coordinators: [Member] = []
  private(set) var backups: [Member] = []
  private let addresses: String
  /// Ends that nobody caused, such as traps.
  private(set) var crashes: [String] = []

  init(in folder: URL) throws {
    self.folder = folder
    let small = folder.appending(path: "backup-\(Self.small)")
    network = NemesisNetwork(
      (0..<5).map { .backup($0) } + [.coordinator(0), .coordinator(1), .owner], disk: small)
    etcd =
      EtcdServer.path == nil ? nil : try EtcdServer(in: folder, prefix: network?.prefix() ?? [])
    let ports = try freePorts(etcd == nil ? 1 : 2)
    let listens = ports.enumerated().map { "\(NemesisHost.coordinator($0).address):\($1)" }
    addresses = listens.joined(separator: ",")
    for (index, listen) in listens.enumerated() {
      let store =
        etcd.map { ["--store", $0.store] }
        ?? ["--dir", folder.appending(path: "coordinator").path]
      coordinators.append(
        try start(
          "coordinator-\(index)", .coordinator(index), ["coordinator", "--listen", listen] + store))
    }
    for index in 0..<5 {
      backups.append(
        try start(
          "backup-\(index)", .backup(index),
          [
            "backup", "--coordinator", addresses, "--dir", directory(ofBackup: index).path,
            "--listen", "\(NemesisHost.backup(index).address):0",
          ]))
    }
  }

  func directory(ofBackup index: Int) -> URL { folder.appending(path: "backup-\(index)") }

  /// What is used and what is left out on this machine, for people.
  var means: String {
    (etcd == nil ? "no etcd: one coordinator" : "two coordinators")
      + (network == nil ? "; no namespaces (need root): nobody is cut off, no disk is full" : "")
  }

  private func start(
    _ name: String, _ host: NemesisHost, _ arguments: [String]
  ) throws -> Member {
    let process = try ReplogProcess(
      arguments + ["--exit-with-parent"], in: folder, keepInput: true,
      prefix: network?.prefix(host) ?? [])
    return Member(name: name, host: host, arguments: arguments, process: process)
  }

  /// The process that appends.
  func owner() throws -> ReplogProcess {
    try ReplogProcess(
      ["append", "--acks", "--coordinator", addresses], in: folder, keepInput: true,
      prefix: network?.prefix(.owner) ?? [])
  }

  /// Another client's process.
  func client(_ arguments: [String], input: Data? = nil) throws -> ReplogProcess {
    try run(arguments + ["--coordinator", addresses], input: input)
  }

  /// Verifies a backup's directory, where its disk is.
  func check(_ index: Int) throws -> ReplogProcess {
    try run(["check", "--dir", directory(ofBackup: index).path])
  }

  private func run(_ arguments: [String], input: Data? = nil) throws -> ReplogProcess {
    try ReplogProcess(arguments, in: folder, input: input, prefix: network?.prefix() ?? [])
  }

  /// The newest epoch that a coordinator gave to an owner.
  var newestEpoch: Int {
    coordinators.map(Self.newestEpoch).max() ?? 0
  }

  /// The coordinator that gave the newest epoch.
  var leader: Int {
    coordinators.indices.max {
      Self.newestEpoch(in: coordinators[$0]) < Self.newestEpoch(in: coordinators[$1])
    } ?? 0
  }

  private static func newestEpoch(in member: Member) -> Int {
    member.process.errors.components(separatedBy: ", epoch ").dropFirst()
      .compactMap { Int($0.prefix(while: \.isNumber)) }.max() ?? 0
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
    member = try start(name, member.host, member.arguments)
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
    let directory = directory(ofBackup: Self.damaged)
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

  /// Ends the backups as a signal does.
  func stopBackups() async throws {
    for backup in backups { backup.process.signal(SIGTERM) }
    for backup in backups { _ = try await backup.process.end() }
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
