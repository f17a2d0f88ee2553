import Foundation
import Testing

extension EndToEnd {
  @Suite("replog simulate", .serialized)
  struct SimulateTests {
    @Test("The same seeds give the same runs, also where dictionaries have another order")
    func repeats() async throws {
      try await withTemporaryDirectory { folder in
        let arguments = ["simulate", "--seed", "20", "--seeds", "2"]
        var traces: [String] = []
        for environment in [[:], [:], ["SWIFT_DETERMINISTIC_HASHING": "1"]] {
          let end = try await ReplogProcess(arguments, in: folder, environment: environment).end()
          let line = end.output.split(separator: "\n").first { $0.contains("seeds from 20:") }
          traces.append(String(line ?? ""))
        }
        #expect(traces[0].contains("trace"))
        #expect(Set(traces).count == 1, "\(traces)")
      }
    }

    @Test("A calm cluster passes, and the summary says what was done")
    func calm() async throws {
      try await withTemporaryDirectory { folder in
        let end = try await ReplogProcess.run(
          ["simulate", "--seed", "1", "--scenario", "calm"], in: folder)
        #expect(end.code == 0, "\(end.output)")
        #expect(end.output.contains("1 seed from 1: 0 failed"))
        #expect(end.output.contains("Segment.replica R4"))
        #expect(end.output.contains("no faults"))
      }
    }

    @Test(
      "Wrong command lines",
      arguments: [
        (["--scenario", "clam"], "there is no such scenario; did you mean calm?"),
        (["--seed", "x"], "--seed x: not a whole number"),
        (["--seed", "1", "--only", "1,x"], "--only 1,x: not numbers with commas"),
      ] as [([String], String)])
    func wrong(arguments: [String], message: String) async throws {
      try await withTemporaryDirectory { folder in
        let end = try await ReplogProcess.run(["simulate"] + arguments, in: folder)
        #expect(end.code == 2)
        #expect(end.errors.contains(message), "\(end.errors)")
      }
    }
  }
}
