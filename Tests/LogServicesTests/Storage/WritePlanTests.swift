import ReplicatedLog
import Testing

@testable import LogServices

@Suite("What is done with a write's bytes")
struct WritePlanTests {
  private func plan(
    _ kind: WriteKind = .data, offset: UInt32, count: Int, received: Int = 100,
    sealed: Bool = false, capacity: UInt32 = 1000, certified: UInt32? = nil
  ) throws(BadWrite) -> WritePlan {
    try WritePlan(
      kind,
      ReplicaWrite(
        key: ReplicaKey(log: 1, segment: 1, epoch: 1), capacity: capacity, offset: offset,
        version: 1, certificate: certified.map { Certificate(length: $0, crc: 0) }),
      count: count, received: received, capacity: 1000, sealed: sealed)
  }

  @Test("bytes at the end are appended")
  func append() throws {
    let plan = try plan(offset: 100, count: 20)
    #expect(plan.compared == 0 && plan.appended == 20)
  }

  @Test("bytes that are here are compared, also after the close")
  func compare() throws {
    let plan = try plan(offset: 40, count: 60, sealed: true)
    #expect(plan.compared == 60 && plan.appended == 0)
  }

  @Test("bytes that overlap the end are compared up to it and appended after it")
  func overlap() throws {
    let plan = try plan(offset: 90, count: 30)
    #expect(plan.compared == 10 && plan.appended == 20)
  }

  @Test("a hole is refused")
  func hole() { #expect(throws: BadWrite.self) { try plan(offset: 101, count: 1) } }

  @Test("no write reaches beyond the capacity")
  func beyondCapacity() throws {
    _ = try plan(offset: 100, count: 900)
    #expect(throws: BadWrite.self) { try plan(offset: 100, count: 901) }
    #expect(throws: BadWrite.self) { try plan(offset: .max, count: 1, received: 1000) }
  }

  @Test("the capacity is that of the opening")
  func otherCapacity() {
    #expect(throws: BadWrite.self) { try plan(offset: 100, count: 1, capacity: 999) }
  }

  @Test("nothing is appended to a closed replica")
  func sealed() { #expect(throws: BadWrite.self) { try plan(offset: 100, count: 1, sealed: true) } }

  @Test("an open begins at 0, and does not lengthen a replica that exists")
  func open() throws {
    #expect(throws: BadWrite.self) { try plan(.open, offset: 1, count: 5, received: 5) }
    #expect(throws: BadWrite.self) { try plan(.open, offset: 0, count: 101) }
    #expect(try plan(.open, offset: 0, count: 100).appended == 0)
    #expect(try plan(.open, offset: 0, count: 100, received: 0).appended == 100)
  }

  @Test("a certificate covers only bytes that are here")
  func certificate() throws {
    _ = try plan(offset: 100, count: 5, certified: 105)
    #expect(throws: BadWrite.self) { try plan(offset: 100, count: 5, certified: 106) }
  }

  @Test("a close certifies all of the replica")
  func close() throws {
    _ = try plan(.close, offset: 100, count: 5, certified: 105)
    #expect(throws: BadWrite.self) { try plan(.close, offset: 100, count: 5) }
    #expect(throws: BadWrite.self) { try plan(.close, offset: 100, count: 5, certified: 104) }
  }
}
