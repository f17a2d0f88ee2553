import Foundation
import Glibc
import TestSupport
import Testing

/// Coordinators that stand by for each other with their state in etcd, and backups that know them all.
final class StandbyCluster {
  struct Coordinator {
    var process: ReplogProcess
    var port: UInt16
    var metrics: UInt16

    var leads: Bool { process.output.contains("coordinator listens on") }
    var standsBy: Bool { process.errors.contains("stands by while the coordinator ") }
  }

  let folder: URL
  let etcd: EtcdServer
  private(set) var coordinators: [Coordinator] = []
  private(set) var backups: [ReplogProcess] = []
  private let ports: [UInt16]

  /// Starts etcd, and coordinators until one leads and the others stand by.
  init(in folder: URL, coordinators count: Int) async throws {
    self.folder = folder
    etcd = try EtcdServer(in: folder)
    ports = try freePorts(2 * count)
    for index in 0..<count { try startCoordinator(index) }
    let isSettled = try await eventually {
      self.coordinators.count { $0.leads } == 1
        && self.coordinators.allSatisfy { $0.leads || $0.standsBy }
    }
    try #require(isSettled, "\(words)")
  }

  /// `127.0.0.1:4100,127.0.0.1:4101`
  var addresses: String {
    (0..<ports.count / 2).map { "127.0.0.1:\(ports[2 * $0])" }.joined(separator: ",")
  }

  /// What the coordinators said.
  var words: String { coordinators.map(\.process.errors).joined(separator: "--\n") }

  /// Starts the coordinator of that place, also in the place of one that has ended.
  func startCoordinator(_ index: Int) throws {
    let (port, metrics) = (ports[2 * index], ports[2 * index + 1])
    let process = try ReplogProcess(
      [
        "coordinator", "--store", etcd.store, "--listen", "127.0.0.1:\(port)", "--metrics",
        "127.0.0.1:\(metrics)", "--exit-with-parent",
      ], in: folder, keepInput: true)
    let coordinator = Coordinator(process: process, port: port, metrics: metrics)
    if index < coordinators.count {
      coordinators[index] = coordinator
    } else {
      coordinators.append(coordinator)
    }
  }

  func startBackup(_ name: String) async throws {
    let process = try ReplogProcess(
      [
        "backup", "--coordinator", addresses, "--dir", folder.appending(path: name).path,
        "--exit-with-parent",
      ], in: folder, keepInput: true)
    backups.append(process)
    let isReady = try await eventually { process.output.hasSuffix("\n") }
    try #require(isReady, "\(process.errors)")
  }

  /// Waits until another coordinator than that one leads.
  /// - Returns: which one.
  func successor(of old: Int) async throws -> Int {
    var found: Int?
    _ = try await eventually {
      found = self.coordinators.indices.first { $0 != old && self.coordinators[$0].leads }
      return found != nil
    }
    return try #require(found, "\(words)")
  }

  /// The one that leads.
  var leader: Int { get throws { try #require(coordinators.firstIndex { $0.leads }) } }

  func start(_ arguments: [String], keepInput: Bool = false) throws -> ReplogProcess {
    try ReplogProcess(arguments + ["--coordinator", addresses], in: folder, keepInput: keepInput)
  }

  func run(_ arguments: [String]) async throws -> ReplogProcess.Ended {
    try await start(arguments).end()
  }

  /// Ends all that still run.
  func end() {
    for process in coordinators.map(\.process) + backups {
      process.signal(SIGKILL)
      process.process.waitUntilExit()
    }
    etcd.end()
  }
}

/// Runs `body` with coordinators and backups that are ended afterwards, whatever happens.
func withStandbys(
  coordinators: Int, backups: Int, _ body: (StandbyCluster) async throws -> Void
) async throws {
  try await withTemporaryDirectory { folder in
    let cluster = try await StandbyCluster(in: folder, coordinators: coordinators)
    defer { cluster.end() }
    for number in 0..<backups { try await cluster.startBackup("backup-\(number)") }
    try await body(cluster)
  }
}
