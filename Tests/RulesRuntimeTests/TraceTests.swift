import Foundation
import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("The trace as a file")
struct TraceTests {
  let clock = ManualClock()

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }

  @Test("says what its records mean, then every firing with the state before it")
  func text() throws {
    let core = PoolCore(name: "a \"pool\"\\\n", clock: clock)
    let counter = Counter(7, left: 2)
    core.add(counter)
    _ = core.step()
    clock.advance(by: .nanoseconds(30))
    while core.step() == .zero {}
    let program = ProcessProfile.program
    let text = lines(core.traceText)
    #expect(
      text.dropLast() == [
        "swift-rules trace 2",
        "process \(program) \(getpid())",
        "pool a \"pool\"\\\\\\n",
        "task 0 Counter 0000000000000001 rules/Counter.rules",
        "scope 0 0 Counter 3",
        "fact 0 0 0 1 left | 0 | 1...",
        "fact 0 0 1 1 closed | false | true",
        "leaf 0 0 0 rule 5 R1",
        "leaf 0 0 1 wait 6 W1",
        "leaf 0 0 2 goal 7 goal",
        "subject 7 counter 7",
        "lost 0",
        "fire 0 0 0 0 7 0 1 1 admission - 0",
        "fire 1 30 0 0 7 0 1 0 firing 0 0",
        "now 0 0 7 1 0",
      ])
    #expect(try #require(text.last).wholeMatch(of: /end [0-9a-f]{16}/) != nil)
  }

  @Test("ends with the hash of all before it")
  func hash() throws {
    let text = PoolCore(name: "empty", clock: clock).traceText
    let end = try #require(text.range(of: "end "))
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text[..<end.lowerBound].utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    #expect(text.hasSuffix("end \(String(repeating: "0", count: 16 - digits.count))\(digits)\n"))
  }

  @Test("counts the firings that the ring has lost, and has no state of a subject on the move")
  func lost() {
    let core = PoolCore(name: "test", clock: clock, traceCapacity: 2)
    core.add(Counter(1, left: 9))
    for _ in 0..<5 { _ = core.step() }
    let text = lines(core.traceText)
    #expect(text.contains("lost 3"))
    #expect(
      text.filter { $0.hasPrefix("fire ") } == [
        "fire 3 0 0 0 1 0 1 1 firing 2 0", "fire 4 0 0 0 1 0 1 ? firing 3 0",
      ])
    #expect(!text.contains { $0.hasPrefix("now ") })
  }

  @Test("names a subject that is gone")
  func gone() {
    let core = PoolCore(name: "test", clock: clock)
    let counter = Counter(3, left: 1)
    core.add(counter)
    _ = core.step()
    core.remove(counter)
    #expect(lines(core.traceText).contains("subject 3 counter 3"))
  }
}

@Suite("Where a trace is written", .timeLimit(.minutes(20)))
struct TraceFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "trace-\(UUID().uuidString)")

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("a running pool writes its trace on demand, and none after its end")
  func demand() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pool = try await Pool(name: "asked") { core in
      let shop = Shop(core: core)
      shop.counter.refill(1)
      return shop
    }
    let path = folder.appending(path: "a.rulestrace").path
    while try await pool.read({ $0.counter.fired }) == 0 {}
    try await pool.writeTrace(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\nfire 0 "))
    #expect(try files() == ["a.rulestrace"])
    await #expect(throws: TraceError.self) {
      try await pool.writeTrace(to: folder.appending(path: "no/such/file").path)
    }
    await pool.shutdown()
    await #expect(throws: PoolError.self) { try await pool.writeTrace(to: path) }
  }

  @Test("when the process exits, pools that have not ended leave theirs")
  func exit() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let loop = PoolLoop<Shop>(name: "exiting", traceFolder: folder.path)
    let thread = try await loop.start(name: "exiting", clock: SystemClock(), log: .disabled) {
      Shop(core: $0)
    }
    ProcessTraces.write()
    let name = "\(ProcessProfile.program)-\(getpid())-exiting.rulestrace"
    #expect(try files() == [name])
    try FileManager.default.removeItem(at: folder.appending(path: name))
    // An action may exit, too.
    #expect(loop.executor.post { ProcessTraces.write() })
    loop.executor.end()
    await loop.executor.waitForEnd()
    thread.join()
    #expect(try files() == [name])
    try FileManager.default.removeItem(at: folder.appending(path: name))
    ProcessTraces.write()
    #expect(try files() == [])
  }

  @Test("at its end a pool leaves one file, of pools with one name each its own")
  func end() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for _ in 0..<2 {
      let core = PoolCore(name: "log/1", clock: ManualClock())
      var dump = TraceDump(core, folder: folder.path)
      dump.noteEnd()
      core.add(Counter(1, left: 1))
      _ = core.step()
      dump.noteEnd()
      dump.noteEnd()
    }
    let stem = "\(ProcessProfile.program)-\(getpid())-log_1"
    #expect(try files() == ["\(stem)-2.rulestrace", "\(stem).rulestrace"])
  }

  @Test(
    "an unexpected state has the trace written at once, and again after a minute at the soonest")
  func unexpected() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let clock = ManualClock()
    let core = PoolCore(name: "odd", clock: clock)
    var dump = TraceDump(core, folder: folder.path)
    let fleet = Fleet(Ship(1, .idle))
    core.add(fleet)
    _ = core.step()
    dump.noteTurn()
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    fleet.order(fleet.ships[0], .lost)
    while core.step() == .zero {}
    dump.noteTurn()
    let name = try #require(try files().first)
    try FileManager.default.removeItem(at: folder.appending(path: name))
    fleet.membership.activate()
    _ = core.step()
    dump.noteTurn()
    #expect(try files() == [])
    clock.advance(by: .seconds(61))
    dump.noteTurn()
    #expect(try files() == [name])
  }
}
