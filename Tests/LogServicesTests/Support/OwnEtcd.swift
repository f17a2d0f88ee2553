import Foundation
import Glibc
import RulesNetwork
import TestSupport

/// A real etcd with a directory of its own, gone when the test lets go of it.
final class OwnEtcd {
  let address: NetworkAddress
  private let server: EtcdServer
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    server = try EtcdServer(in: URL(filePath: folder.path))
    address = NetworkAddress(host: "127.0.0.1", port: server.port)
  }

  deinit { server.end() }

  /// Stops answering until `resume`.
  func suspend() { server.signal(SIGSTOP) }

  func resume() { server.signal(SIGCONT) }
}
