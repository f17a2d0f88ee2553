import Foundation
import FoundationNetworking
import Glibc
import TestSupport
import Testing

extension EndToEnd {
  @Suite(
    "Coordinators that stand by for each other", .serialized,
    .enabled(if: EtcdServer.isExpected, "etcd is not installed (Debian: etcd-server)"))
  struct StandbyTests {
    @Test(
      "After kill -9 of the one that leads, an append goes on with another, and nothing is lost")
    func takeover() async throws {
      try await withStandbys(coordinators: 3, backups: 3) { cluster in
        let append = try cluster.start(["append"], keepInput: true)
        try append.write("before\n")
        try await cluster.waitForStatus { $0.contains("1 segment") }
        let first = try cluster.leader
        cluster.coordinators[first].process.signal(SIGKILL)
        try append.write("meanwhile\n")
        let second = try await cluster.successor(of: first)
        // A new member and a lost one: what only a coordinator can tell the append.
        try await cluster.startBackup("backup-3")
        cluster.backups[0].signal(SIGKILL)
        try append.write("after\n")
        try await cluster.waitForStatus {
          $0.contains("3 backups") && $0.contains(", 0 under-replicated")
        }
        try append.closeInput()
        let end = try await append.end()
        #expect(end.code == 0, "\(end.errors)")
        #expect(end.output.contains("3 records"))

        // Once more, while nobody appends.
        cluster.coordinators[second].process.signal(SIGKILL)
        _ = try await cluster.third(after: [first, second])
        let read = try await cluster.run(["read"])
        #expect(read.output == "before\nmeanwhile\nafter\n", "\(read.errors)")
        // Numbers are not given twice: 1 to 4 are used up.
        try await cluster.startBackup("backup-4")
        #expect(cluster.backups[4].output.hasPrefix("backup 5.1 "), "\(cluster.backups[4].output)")
      }
    }

    @Test("One that was stopped while another took over ends with 75 when it goes on")
    func zombie() async throws {
      try await withStandbys(coordinators: 2, backups: 3) { cluster in
        let first = try cluster.leader
        let old = cluster.coordinators[first].process
        old.signal(SIGSTOP)
        let second = try await cluster.successor(of: first)
        old.signal(SIGCONT)
        let end = try await old.end()
        #expect(end.code == 75, "\(end.errors)")
        #expect(end.errors.contains("another coordinator may lead by now"), "\(end.errors)")
        #expect(cluster.coordinators[second].process.process.isRunning)
        // It found nobody dead.
        let status = try await cluster.run(["status"])
        #expect(status.output.contains("3 backups"), "\(status.output)\(status.errors)")
        // Started again it stands by.
        try cluster.startCoordinator(first)
        let standsBy = try await eventually { cluster.coordinators[first].standsBy }
        #expect(standsBy, "\(cluster.words)")
      }
    }

    @Test(
      "One that stands by says so in /health and refuses connections; the lead passes on SIGTERM")
    func standsBy() async throws {
      try await withStandbys(coordinators: 2, backups: 0) { cluster in
        let first = try cluster.leader
        let standby = cluster.coordinators[1 - first]
        let leader = cluster.coordinators[first]
        #expect(
          try await health(standby)
            == "ok: stands by while the coordinator 127.0.0.1:\(leader.port) leads\n")
        #expect(try await health(leader) == "ok: coordinates 0 backups\n")
        let asked = try await ReplogProcess.run(
          ["status", "--coordinator", "127.0.0.1:\(standby.port)"], in: cluster.folder)
        #expect(asked.code == 69 && asked.errors.contains("refused"), "\(asked.errors)")
        leader.process.signal(SIGTERM)
        #expect(try await leader.process.end().code == 0)
        #expect(try await cluster.successor(of: first) == 1 - first)
        #expect(try await health(standby) == "ok: coordinates 0 backups\n")

        try cluster.startCoordinator(first)
        let again = try await eventually { cluster.coordinators[first].standsBy }
        #expect(again, "\(cluster.words)")
        cluster.coordinators[first].process.signal(SIGTERM)
        #expect(try await cluster.coordinators[first].process.end().code == 0)
      }
    }

    private func health(_ coordinator: StandbyCluster.Coordinator) async throws -> String {
      let url = try #require(URL(string: "http://127.0.0.1:\(coordinator.metrics)/health"))
      let (data, _) = try await URLSession.shared.data(from: url)
      return String(decoding: data, as: UTF8.self)
    }
  }
}

extension StandbyCluster {
  /// Waits until the cluster's status is so.
  func waitForStatus(_ condition: (String) -> Bool) async throws {
    var last = ""
    for _ in 0..<600 {
      let status = try await run(["status"])
      last = status.output + status.errors
      if condition(status.output) { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("the status never was so: \(last)")
  }

  /// Waits until one that is none of these leads.
  func third(after old: [Int]) async throws -> Int {
    var found: Int?
    _ = try await eventually {
      found = self.coordinators.indices.first { !old.contains($0) && self.coordinators[$0].leads }
      return found != nil
    }
    return try #require(found, "\(words)")
  }
}
