import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Memory of long answers")
struct AnswerMemoryTests {
  private func address(_ bytes: [UInt8]) -> UInt {
    bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }

  @Test("is given again for an answer of the same size, once")
  func again() {
    var memory = AnswerMemory()
    let kept = [UInt8](repeating: 7, count: 100_000)
    memory.keep(kept)
    #expect(address(memory.take(100_001)) != address(kept))
    let first = memory.take(100_000)
    #expect(address(first) == address(kept))
    let second = memory.take(100_000)
    #expect(second.count == 100_000 && address(second) != address(kept))
  }

  @Test("is kept of the newest eight, of 64 KiB to 1 MiB")
  func bounded() {
    var memory = AnswerMemory()
    let kept = (0..<20).map { _ in [UInt8](repeating: 7, count: 64 << 10) }
    for bytes in kept { memory.keep(bytes) }
    let taken = (0..<9).map { _ in memory.take(64 << 10) }
    #expect(taken.prefix(8).map(address) == kept.suffix(8).reversed().map(address))
    #expect(!kept.map(address).contains(address(taken[8])))
    for count in [(64 << 10) - 1, (1 << 20) + 1] {
      let bytes = [UInt8](repeating: 7, count: count)
      memory.keep(bytes)
      #expect(address(memory.take(count)) != address(bytes))
    }
  }

  @Test("comes back when the client has the answer", arguments: Network.allCases)
  func comesBack(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server { request in
      if request.body.isEmpty { return request.reply([]) }
      var answer = request.memory(of: 100_000)
      for index in answer.indices { answer[index] = request.body[0] }
      request.reply(answer)
    }
    let client = world.client()
    for number in 0..<10 {
      let rpc = client.call(server.address, [UInt8(number)])
      #expect(world.run { rpc.isReady })
      #expect(rpc.outcome == .ok([UInt8](repeating: UInt8(number), count: 100_000)))
    }
    // Each request tells that the answer before has come. All but the first used the memory of that.
    let last = client.call(server.address, [])
    #expect(world.run { last.isReady })
    #expect(server.answerMemory.spare.count == 1)
  }
}
