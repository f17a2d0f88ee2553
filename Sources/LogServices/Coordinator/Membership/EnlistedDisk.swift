import ReplicatedLog
import RulesNetwork

/// A disk that a backup enlisted with, as it was at its last start.
struct EnlistedDisk: WireMessage, Hashable {
  var identity: StorageIdentity
  /// Who started from it.
  var server: ServerID

  /// Encoded bytes.
  static let size = 32

  init(identity: StorageIdentity, server: ServerID) {
    self.identity = identity
    self.server = server
  }

  init(from reader: inout WireReader) throws(WireError) {
    identity = try StorageIdentity(from: &reader)
    server = try ServerID(from: &reader)
  }

  func write(to writer: inout WireWriter) {
    identity.write(to: &writer)
    server.write(to: &writer)
  }
}
