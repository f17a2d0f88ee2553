import ReplicatedLog
import RulesNetwork

/// The last changes of the membership, each of which made one version, so that whoever watches can be
/// told every one.
struct MembershipHistory: Hashable, Sendable {
  enum Change: Hashable, Sendable {
    case joined(Membership.Member)
    case left(Membership.Member)
  }

  /// How many are kept: whoever is further behind is told the newest membership.
  static let limit = 64

  /// The oldest first; the last one made the newest version.
  private(set) var changes: [Change] = []

  mutating func note(_ change: Change) {
    changes.append(change)
    if changes.count > Self.limit { changes.removeFirst() }
  }

  /// The membership that came after a version.
  /// - Parameter now: the newest one.
  /// - Returns: nil when none has come, or which one is not known any more.
  func membership(after version: UInt64, now: Membership) -> Membership? {
    guard version < now.version, now.version - version <= changes.count else { return nil }
    var then = now
    then.version = version + 1
    for change in changes.suffix(Int(now.version - then.version)).reversed() {
      switch change {
      case .joined(let member): then.backups.removeAll { $0.server == member.server }
      case .left(let member): then.backups.append(member)
      }
    }
    return then
  }
}

extension MembershipHistory {
  func write(to writer: inout WireWriter) {
    writer.uint32(UInt32(changes.count))
    for change in changes {
      switch change {
      case .joined(let member): Self.write(0, member, to: &writer)
      case .left(let member): Self.write(1, member, to: &writer)
      }
    }
  }

  private static func write(
    _ kind: UInt8, _ member: Membership.Member, to writer: inout WireWriter
  ) {
    writer.uint8(kind)
    writer.uint32(member.server.slot)
    writer.uint32(member.server.generation)
    writer.string(member.address)
  }

  init(from reader: inout WireReader) throws(WireError) {
    for _ in 0..<(try reader.count(minimumSize: 13)) {
      let kind = try reader.uint8()
      let server = ServerID(slot: try reader.uint32(), generation: try reader.uint32())
      let member = Membership.Member(server: server, address: try reader.string(limit: 255))
      switch kind {
      case 0: changes.append(.joined(member))
      case 1: changes.append(.left(member))
      default: throw WireError("\(kind) is no change of a membership")
      }
    }
    guard changes.count <= Self.limit else {
      throw WireError("\(changes.count) changes of the membership")
    }
  }
}
