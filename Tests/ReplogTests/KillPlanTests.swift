import RulesNetwork
import Testing

@testable import ReplicatedLog
@testable import replog

@Suite("Whom the demo kills, and when")
struct KillPlanTests {
  func replica(_ slot: UInt32, length: Int, closed: Bool = false) -> LogStatus.Replica {
    LogStatus.Replica(
      server: ServerID(slot: slot, generation: 1), header: .committed,
      footer: closed ? .committed : .unsent, committed: length, certified: length,
      repairing: false)
  }

  func segment(
    _ id: UInt64, length: Int, on slots: [UInt32], closed: Bool = false
  ) -> LogStatus.Segment {
    LogStatus.Segment(
      id: id, length: length, finalized: closed,
      replicas: slots.map { replica($0, length: length, closed: closed) })
  }

  func status(_ segments: [LogStatus.Segment], members: ClosedRange<UInt32>) -> LogStatus {
    LogStatus(
      log: 1, epoch: 1, settings: LogSettings(), segments: segments, releasing: 0, durableBytes: 0,
      appendedBytes: 0,
      waitingAppends: 0,
      members: members.map { ServerID(slot: $0, generation: 1) }, excluded: [],
      counters: LogStatus.Counters(), failure: nil)
  }

  func next(
    _ plan: inout KillPlan, _ status: LogStatus, inputEnded: Bool, gone: [UInt32] = []
  ) -> KillPlan.Kill? {
    plan.next(
      status, inputEnded: inputEnded, gone: Set(gone.map { ServerID(slot: $0, generation: 1) }),
      victims: Set((1...5).map { ServerID(slot: $0, generation: 1) }))
  }

  @Test("With only three backups left nobody is killed, also if a failure was not noticed yet")
  func cutShort() {
    var plan = KillPlan(kills: 2, segmentCapacity: 1000)
    let half = status([segment(1, length: 500, on: [2, 3, 4])], members: 1...5)
    #expect(next(&plan, half, inputEnded: false, gone: [1, 5]) == nil)
    #expect(plan.isCutShort)
    #expect(plan.isComplete)
  }

  @Test(
    "Three backups must be left, and two kills are enough",
    arguments: [
      (3, 0), (4, 1), (5, 2), (9, 2),
    ])
  func kills(backups: Int, expected: Int) {
    #expect(KillPlan.kills(withBackups: backups) == expected)
  }

  @Test("The first victim holds the open head, once that is about half full")
  func first() {
    var plan = KillPlan(kills: 2, segmentCapacity: 1000)
    let little = status([segment(1, length: 300, on: [2, 3, 4])], members: 1...5)
    #expect(next(&plan, little, inputEnded: false) == nil)
    let half = status([segment(1, length: 500, on: [2, 3, 4])], members: 1...5)
    #expect(next(&plan, half, inputEnded: false)?.server == ServerID(slot: 2, generation: 1))
    #expect(!plan.isComplete)
  }

  @Test("The second holds the segment that was hit, once it is closed and the first is out")
  func second() {
    var plan = KillPlan(kills: 2, segmentCapacity: 1000)
    _ = next(
      &plan,
      status([segment(1, length: 500, on: [1, 2, 3])], members: 1...5), inputEnded: false)
    let hit = segment(1, length: 990, on: [4, 2, 3], closed: true)
    let head = segment(2, length: 10, on: [3, 4, 5])
    #expect(next(&plan, status([hit, head], members: 1...5), inputEnded: false) == nil)
    let open = segment(1, length: 990, on: [4, 2, 3])
    #expect(next(&plan, status([open, head], members: 2...5), inputEnded: false) == nil)
    let kill = next(&plan, status([hit, head], members: 2...5), inputEnded: false)
    #expect(kill?.server == ServerID(slot: 4, generation: 1), "it also holds the open head")
    #expect(plan.isComplete)
    #expect(next(&plan, status([hit, head], members: 2...5), inputEnded: false) == nil)
  }

  @Test("When the input has ended, a segment that is neither half full nor closed will do")
  func ended() {
    var plan = KillPlan(kills: 2, segmentCapacity: 1000)
    let all = status([segment(1, length: 10, on: [1, 2, 3])], members: 1...5)
    #expect(next(&plan, all, inputEnded: true)?.segment == 1)
    let repaired = status([segment(1, length: 10, on: [4, 2, 3])], members: 2...5)
    #expect(next(&plan, repaired, inputEnded: true)?.segment == 1)
  }
}
