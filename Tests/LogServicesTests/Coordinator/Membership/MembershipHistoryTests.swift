import ReplicatedLog
import RulesNetwork
import Testing

@testable import LogServices

@Suite("A membership's history")
struct MembershipHistoryTests {
  @Test("gives each version back as it was, in order, without a gap, for the last changes")
  func versions() throws {
    var random = SplitMix(state: 20_261_129)
    var state = ClusterState(cluster: 7)
    var past = [state.membership]
    for _ in 1...300 {
      if let member = state.members.randomElement(using: &random),
        Bool.random(using: &random)
      {
        _ = state.remove(member.server)
      } else if let server = state.takeServerID() {
        state.join(.init(server: server, address: "b:\(server.slot)"))
      }
      past.append(state.membership)
      let decoded = try ClusterState(decoding: state.encoded)
      #expect(decoded == state)
      let known = past.dropLast().suffix(MembershipHistory.limit)
      for older in known {
        let next = try #require(state.membership(after: older.version))
        let was = past[Int(next.version) - 1]
        #expect(next.version == older.version + 1)
        #expect(Set(next.backups) == Set(was.backups))
      }
      #expect(state.membership(after: state.version) == nil)
      let forgotten = past.count - 1 - MembershipHistory.limit
      if forgotten > 0 { #expect(state.membership(after: UInt64(forgotten)) == nil) }
    }
  }
}
