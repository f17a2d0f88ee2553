import RulesNetwork

/// The backups of the cluster as the owner of a log knows them.
struct Members {
  /// What a new membership changed.
  struct Change: Equatable {
    var joined: [Member] = []
    var left: [ServerID] = []
  }

  struct Member: Equatable {
    var server: ServerID
    var address: NetworkAddress
  }

  private(set) var version: UInt64 = 0
  private(set) var addresses: [ServerID: NetworkAddress] = [:]
  /// Members that refused something: they get no replica any more.
  private(set) var excluded: Set<ServerID> = []

  /// Those that may get a replica.
  var eligible: [ServerID] { addresses.keys.filter { !excluded.contains($0) } }

  /// Takes in what the coordinator says. One that is not newer changes nothing; a member whose
  /// address cannot be read is no member.
  mutating func apply(_ membership: Membership) -> Change {
    guard membership.version > version else { return Change() }
    version = membership.version
    var next: [ServerID: NetworkAddress] = [:]
    for member in membership.backups {
      if let address = NetworkAddress(member.address) { next[member.server] = address }
    }
    let change = Change(
      joined: next.keys.filter { addresses[$0] == nil }.sorted()
        .compactMap { server in next[server].map { Member(server: server, address: $0) } },
      left: addresses.keys.filter { next[$0] == nil }.sorted())
    addresses = next
    excluded.formIntersection(next.keys)
    return change
  }

  /// - Returns: false when it was excluded already.
  mutating func exclude(_ server: ServerID) -> Bool { excluded.insert(server).inserted }
}
