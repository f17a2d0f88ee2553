import ReplicatedLog
import RulesNetwork
import Testing

@testable import replog

@Suite("The tables of replog status")
struct StatusTableTests {
  func server(
    _ slot: UInt32, _ replicas: [ReplicaList.Replica]?, problem: String? = nil
  ) -> ClusterPicture.Server {
    ClusterPicture.Server(
      member: .init(server: ServerID(slot: slot, generation: 1), address: "127.0.0.1:\(slot)"),
      replicas: replicas, problem: problem)
  }

  func table(_ servers: [ClusterPicture.Server]) -> StatusTable {
    StatusTable(picture: ClusterPicture(cluster: 255, version: 4, servers: servers))
  }

  @Test("Three equal replicas are healthy")
  func healthy() {
    let replica = makeReplica(segment: 1, state: .closed, bytes: 8_388_608)
    let table = table((1...3).map { server($0, [replica]) })
    #expect(table.isHealthy)
    #expect(
      table.text == """
        Cluster ff, membership version 4, 3 backups
          backup  address      replicas  corrupt
          1.1     127.0.0.1:1         1        0
          2.1     127.0.0.1:2         1        0
          3.1     127.0.0.1:3         1        0

        Log 1
          segment  epoch  state       bytes  replicas on
                1      1  closed  8,388,608  1.1 2.1 3.1
          1 segment, 0 under-replicated, 0 corrupt replicas

        """)
  }

  @Test("A missing, a corrupt and an older replica do not count, and are told")
  func damaged() {
    let good = makeReplica(segment: 2, state: .open, bytes: 100, epoch: 2)
    let table = table([
      server(1, [good]), server(2, [makeReplica(segment: 2, state: .corrupt, bytes: 0, epoch: 2)]),
      server(3, [makeReplica(segment: 2, state: .open, bytes: 50, epoch: 1)]),
      server(4, nil, problem: "no answer"),
    ])
    #expect(!table.isHealthy)
    #expect(table.text.contains("under-replicated: 1 of 3; corrupt on 2.1"))
    #expect(table.text.contains("127.0.0.1:4  no answer"))
    #expect(table.text.contains("1 segment, 1 under-replicated, 1 corrupt replica\n"))
  }

  @Test("Each log has its own number of replicas")
  func replicaCounts() {
    let one = makeReplica(segment: 1, state: .closed, bytes: 100)
    var other = one
    other.key.log = 2
    var table = table([server(1, [one, other]), server(2, [other]), server(3, [other])])
    #expect(table.text.contains("under-replicated: 1 of 3"))
    table.picture.logs[1] = LogOwnership(log: 1, epoch: 1, settings: LogSettings(replicas: 1))
    #expect(table.isHealthy, "\(table.text)")
    table.picture.logs[2] = LogOwnership(log: 2, epoch: 1, settings: LogSettings(replicas: 4))
    #expect(table.text.contains("under-replicated: 3 of 4"))
    #expect(!table.text.contains(" of 1"))
  }

  @Test("Segments that nobody has are marked, up to the newest and to the log's mark")
  func missing() {
    let replicas = [2, 4].map { makeReplica(segment: $0, state: .closed, bytes: 100) }
    var table = table((1...3).map { server($0, replicas) })
    #expect(table.isHealthy)
    let mark = LogMark(epoch: 1, segment: 5, version: 1)
    table.picture.logs[1] = LogOwnership(log: 1, epoch: 1, mark: mark)
    #expect(!table.isHealthy)
    #expect(
      table.picture.segments.filter(\.readable.isEmpty).map(\.id) == [1, 3, 5], "\(table.text)")
    #expect(table.text.components(separatedBy: "MISSING").count - 1 == 3)
    table.picture.servers = []
    #expect(!table.isHealthy && table.picture.segments.map(\.id) == [1, 2, 3, 4, 5])
    table.picture.logs[1]?.mark.segment = .max
    #expect(table.picture.segments.count == ClusterPicture.missingLimit)
  }

  @Test("What is left of segments that were trimmed is not missed")
  func trimmed() {
    let replicas = (1...2).map { makeReplica(segment: $0, state: .closed, bytes: 100) }
    var table = table([server(1, replicas), server(2, [replicas[1]]), server(3, [replicas[1]])])
    #expect(!table.isHealthy)
    table.picture.logs[1] = LogOwnership(log: 1, epoch: 1, first: 2)
    #expect(table.isHealthy && table.picture.segments.map(\.id) == [2], "\(table.text)")
  }

  @Test("A log is called by its number, and by its name where that is known")
  func names() throws {
    let replica = makeReplica(segment: 1, state: .closed, bytes: 100)
    var table = table((1...3).map { server($0, [replica]) })
    #expect(table.text.contains("\nLog 1\n"))
    table.picture.note(LogOwnership(log: 1, epoch: 1), name: "main\u{1B}[2J")
    #expect(table.text.contains("\nLog 1 'main\\u{1B}[2J'\n"), "\(table.text)")
    table.picture.note(LogOwnership(log: 1, epoch: 1), name: "main")
    #expect(table.text.contains("\nLog 1 'main'\n"), "\(table.text)")
    #expect(try StatusReport(table).json.contains("\"main\""))
  }

  @Test("A segment with nothing that can be read is marked as such")
  func unreadable() {
    let table = table([server(1, [makeReplica(segment: 1, state: .corrupt, bytes: 0)])])
    #expect(table.text.contains("NOT READABLE"))
    #expect(table.text.contains("unknown") && !table.text.contains("open"), "\(table.text)")
  }

  func makeReplica(
    segment: UInt64, state: ReplicaList.State, bytes: UInt32, epoch: UInt32 = 1
  ) -> ReplicaList.Replica {
    .init(
      key: ReplicaKey(log: 1, segment: segment, epoch: epoch), state: state,
      certified: bytes, crc: 0, version: 1)
  }
}
