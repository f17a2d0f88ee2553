import Foundation
import Testing

extension EndToEnd {
  @Suite("replog bench", .serialized)
  struct BenchTests {
    @Test("Measures each level, as JSON too, and leaves nothing behind")
    func measures() async throws {
      try await withTemporaryDirectory { folder in
        let bench = try ReplogProcess(
          ["bench", "--milliseconds", "50", "--megabytes", "1", "--json"], in: folder)
        let end = try await bench.end()
        #expect(end.code == 0, "\(end.errors)")
        let report = try #require(
          try JSONSerialization.jsonObject(with: Data(end.output.utf8)) as? [String: Any])
        let levels = try #require(report["levels"] as? [[String: Any]])
        #expect(levels.map { $0["durability"] as? String } == ["memory", "disk"])
        for level in levels {
          let times = try #require(level["oneClient"] as? [String: Double])
          #expect(try #require(times["p50"]) > 0)
          for figure in [
            "clientsPerSecond", "pipelinedPerSecond", "repairBytesPerSecond",
            "recoveryBytesPerSecond",
          ] {
            #expect(try #require(level[figure] as? Double) > 0, "\(figure)")
          }
          // The killed backup had all of the log's first megabyte.
          #expect(try #require(level["repairedBytes"] as? Int) >= 1_000_000)
          #expect(try #require(level["recoveredBytes"] as? Int) >= 1_000_000)
        }
        #expect(bench.leftFiles == [])
      }
    }

    @Test("Refuses a level that there is not")
    func badLevel() async throws {
      try await withTemporaryDirectory { folder in
        let end = try await ReplogProcess.run(["bench", "--durability", "paper"], in: folder)
        #expect(end.code == 2)
        #expect(end.errors.contains("--durability paper: neither memory nor disk"))
      }
    }
  }
}
