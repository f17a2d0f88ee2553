import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime

@testable import LogServices

/// A coordinator and a caller, ended after the test.
struct Cluster {
  let coordinator: CoordinatorServer
  let caller: Caller
  let lines: LogLines

  /// Runs a test in a cluster of its own.
  static func run(
    directory: String? = nil, suspectAfter: Duration = .seconds(3_600),
    _ body: (Cluster) async throws -> Void
  ) async throws {
    let lines = LogLines()
    var configuration = CoordinatorConfiguration(
      address: anyPort, pingInterval: .milliseconds(10),
      suspectAfter: suspectAfter, log: lines.log)
    if let directory { configuration.storage = .directory(directory) }
    configuration.monitoring = anyPort
    let coordinator = try await CoordinatorServer.start(configuration)
    let caller: Caller
    do {
      caller = try await Caller()
    } catch {
      await coordinator.shutdown()
      throw error
    }
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await body(Cluster(coordinator: coordinator, caller: caller, lines: lines)))
    } catch {
      result = .failure(error)
    }
    await caller.close()
    await coordinator.shutdown()
    try result.get()
  }

  func backupConfiguration(_ directory: TemporaryDirectory) -> BackupConfiguration {
    var configuration = BackupConfiguration(
      address: anyPort, coordinator: coordinator.address, directory: directory.path, syncs: false,
      log: lines.log)
    configuration.monitoring = anyPort
    return configuration
  }

  /// Runs a part of a test with a backup, which is shut down after it.
  func withBackup(
    _ directory: TemporaryDirectory, files: FileSystem = .system,
    _ body: (BackupServer) async throws -> Void
  ) async throws {
    var configuration = backupConfiguration(directory)
    configuration.files = files
    // Faults concern what is synced.
    configuration.syncs = true
    let backup = try await BackupServer.start(configuration)
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(backup))
    } catch {
      result = .failure(error)
    }
    await backup.shutdown()
    try result.get()
  }
}

extension Caller {
  func write(
    _ operation: LogOperation, _ image: ReplicaImage, _ range: Range<Int>, to server: NetworkAddress
  ) async -> RPCOutcome {
    await call(server, operation, image.write(range).encoded + image.bytes[range])
  }

  func list(_ server: NetworkAddress, log: UInt64? = nil, fence: UInt32 = 0) async throws
    -> [ReplicaList.Replica]
  {
    let list: ReplicaList = try await ask(
      server, .listReplicas, ListReplicas(log: log, fence: fence))
    return list.replicas
  }
}

/// A port of this machine at which nobody listens, and a socket that keeps it so.
final class ClosedPort {
  private let descriptor: Int32
  let address: NetworkAddress

  init() {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        _ = getsockname(descriptor, $0, &length)
      }
    }
    address = NetworkAddress(host: "127.0.0.1", port: UInt16(bigEndian: name.sin_port))
  }

  /// From now on connections are taken by the kernel and never answered.
  func listenSilently() { _ = listen(descriptor, 16) }

  deinit { close(descriptor) }
}
