import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// The wire messages: read back as they were written, and never a trap for what is no message.
@Suite struct MessageTests {
  private static let server = ServerID(slot: 3, generation: 9)
  private static let key = ReplicaKey(log: 1, segment: 1 << 40, epoch: 6)

  /// Encodes and decodes, whole and cut short, and decodes random bytes.
  private func check<Message: WireMessage & Equatable>(
    _ message: Message, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = message.encoded
    #expect(try Message(decoding: bytes) == message, sourceLocation: sourceLocation)
    for end in bytes.indices {
      #expect(throws: WireError.self, sourceLocation: sourceLocation) {
        try Message(decoding: Array(bytes[..<end]))
      }
    }
    #expect(throws: WireError.self, sourceLocation: sourceLocation) {
      try Message(decoding: bytes + [0])
    }
    var random = SplitMix64(seed: 5)
    for _ in 0..<500 {
      var noise = bytes
      for _ in 0...Int.random(in: 0...4, using: &random) where !noise.isEmpty {
        noise[Int.random(in: noise.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      noise = Array(noise.prefix(Int.random(in: 0...noise.count, using: &random)))
      // Either outcome is fine, as long as there is one.
      _ = try? Message(decoding: noise)
    }
  }

  @Test("Every message is read back as it was written, and cut or changed ones do not trap")
  func roundTrips() throws {
    try check(Enlist(address: "127.0.0.1:4101"))
    try check(
      Enlist(
        address: "127.0.0.1:4101",
        storage: StorageIdentity(directory: 1 << 60, incarnation: 3, start: 9)))
    try check(ListLogs(after: 7))
    try check(Enlisted(cluster: .max, server: Self.server))
    try check(Watch(after: 5))
    try check(
      Membership(
        cluster: 1, version: 2,
        backups: [
          .init(server: Self.server, address: "127.0.0.1:4101"),
          .init(server: ServerID(slot: 4, generation: 1), address: ""),
        ]))
    try check(LogName(name: "main"))
    let mark = LogMark(epoch: 3, segment: 1 << 40, version: 7)
    try check(mark)
    try check(NoteMark(log: 3, mark: mark, first: 1 << 33))
    try check(LogOwnership(log: 3, epoch: 4, mark: mark, first: 5))
    try check(
      LogList(
        logs: [
          NamedLog(
            name: "main", ownership: LogOwnership(log: 3, epoch: 4, mark: mark, first: 5)),
          NamedLog(name: "other", ownership: LogOwnership(log: 9, epoch: 1)),
        ], hasMore: true))
    for durability in LogDurability.allCases {
      let settings = LogSettings(durability: durability, replicas: 1)
      try check(LogOwnership(log: 3, epoch: 4, settings: settings))
      try check(LogWish(durability: durability))
    }
    try check(LogQuery(name: "main", patience: 1000))
    try check(
      LogQuery(name: "main", patience: 0, wish: LogWish(replicas: 3), epoch: 5, from: 1 << 40))
    for verdict in Self.verdicts {
      try check(
        LogSurvey(
          ownership: LogOwnership(log: 3, epoch: 4, mark: mark),
          membership: Membership(cluster: 1, version: 2, backups: []), verdict: verdict))
    }
    try check(Self.key)
    try check(ReplicaWrite(key: Self.key, capacity: 100, offset: 40, version: 1, certificate: nil))
    try check(
      ReplicaWrite(
        key: Self.key, capacity: 100, offset: 40, version: .max,
        certificate: Certificate(length: 90, crc: 0xdead_beef)))
    try check(
      ReplicaWrite(
        key: Self.key, capacity: 100, offset: 0, version: 1, durability: .memory,
        certificate: nil))
    try check(ListReplicas(log: nil, fence: 0))
    try check(ListReplicas(log: 8, fence: 0, from: 9))
    try check(ListReplicas(log: 8, fence: 2))
    try check(
      ReplicaList(replicas: [
        .init(key: Self.key, state: .open, certified: 40, crc: 1, version: 9),
        .init(key: Self.key, state: .corrupt, certified: 0, crc: 0, version: 0),
      ]))
    try check(ReadReplica(key: Self.key, offset: 1, length: 2))
  }

  @Test("Marks are ordered by epoch, then segment, then version")
  func markOrder() {
    let marks = [
      LogMark.none, LogMark(epoch: 1, segment: 9, version: 9),
      LogMark(epoch: 2, segment: 1, version: 9), LogMark(epoch: 2, segment: 2, version: 1),
      LogMark(epoch: 2, segment: 2, version: 2),
    ]
    #expect(marks.shuffled().sorted() == marks)
  }

  @Test("A log of two replicas, or of a durability that nobody knows, is no message")
  func impossibleSettings() {
    #expect(throws: WireError.self) { try LogSettings(decoding: [1, 2]) }
    #expect(throws: WireError.self) { try LogSettings(decoding: [2, 3]) }
    #expect(throws: WireError.self) { try LogWish(decoding: [0, 2]) }
    #expect(throws: WireError.self) { try LogWish(decoding: [1, 2, 3]) }
  }

  @Test("A write of replication version 0 is no message")
  func versionZero() {
    let write = ReplicaWrite(key: Self.key, capacity: 1, offset: 0, version: 0, certificate: nil)
    #expect(throws: WireError.self) { try ReplicaWrite(decoding: write.encoded) }
  }

  private static let source = LogSurvey.Source(
    server: server, epoch: 2, certificate: Certificate(length: 90, crc: 7))

  private static let verdicts: [LogSurvey.Verdict] = [
    .complete([
      .init(id: 1, closed: true, sources: [source, source]),
      .init(id: 2, closed: false, sources: [source]),
    ]),
    .new, .vanished, .noBackups, .tooLarge(bytes: 1 << 40),
    .incomplete(
      [.init(segment: 3, reason: .corrupt), .init(segment: 4, reason: .noAnswer)],
      unanswered: [server]),
    .incomplete([], unanswered: []),
  ]

  @Test("A plan that does not fit a reply is told to be too large, and how large it is")
  func largePlans() throws {
    let open = LogSurvey.Segment(id: 1, closed: false, sources: [Self.source])
    let survey = LogSurvey(
      ownership: LogOwnership(log: 3, epoch: 4),
      membership: Membership(cluster: 1, version: 2, backups: []), verdict: .complete([open]))
    let size = survey.encoded.count
    #expect(survey.encoded(within: size) == survey.encoded)
    let large = try LogSurvey(decoding: survey.encoded(within: size - 1))
    #expect(large.verdict == .tooLarge(bytes: UInt64(size)))
    #expect(large.ownership == survey.ownership)
  }

  @Test("A plan with a gap, a segment without a source or a closed end is no message")
  func foreignPlans() throws {
    let open = LogSurvey.Segment(id: 2, closed: false, sources: [Self.source])
    let closed = LogSurvey.Segment(id: 1, closed: true, sources: [Self.source])
    let far = LogSurvey.Segment(id: 3, closed: false, sources: [Self.source])
    let bare = LogSurvey.Segment(id: 2, closed: false, sources: [])
    for plan in [[], [closed], [closed, far], [open, far], [closed, bare]] {
      let survey = LogSurvey(
        ownership: LogOwnership(log: 3, epoch: 4),
        membership: Membership(cluster: 1, version: 2, backups: []), verdict: .complete(plan))
      #expect(throws: WireError.self) { try LogSurvey(decoding: survey.encoded) }
    }
    let patient = LogQuery(name: "main", patience: LogQuery.maximumPatience + 1)
    #expect(throws: WireError.self) { try LogQuery(decoding: patient.encoded) }
  }
}
