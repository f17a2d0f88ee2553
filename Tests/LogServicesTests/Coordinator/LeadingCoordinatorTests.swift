import ReplicatedLog
import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@testable import LogServices

@Suite("A coordinator that leads")
struct LeadingCoordinatorTests {
  @Test("answers nothing while another one may lead, and changes nothing")
  func doubt() throws {
    let scene = try Scene()
    scene.storage.isLeading = false
    let asked = scene.ask(.watch, Watch(after: 0).encoded)
    let enlisting = scene.ask(.enlist, Enlist(address: "127.0.0.1:9").encoded)
    scene.world.run(for: .seconds(5))
    #expect(asked.outcome == nil && enlisting.outcome == nil && scene.storage.saves.isEmpty)
    scene.storage.isLeading = true
    scene.world.run(for: .seconds(1))
    #expect(asked.outcome?.body != nil && scene.storage.saves.count == 1)
  }

  @Test("tells nobody of a change before it is saved, and saves those that came meanwhile together")
  func order() throws {
    let scene = try Scene()
    let calls = (1...3).map { number in
      scene.ask(.enlist, Enlist(address: "127.0.0.1:\(number)").encoded)
    }
    scene.world.run(for: .milliseconds(500))
    #expect(calls.allSatisfy { $0.outcome == nil } && scene.storage.saves.count == 1)
    #expect(scene.coordinator.store.state.members.isEmpty)
    scene.storage.saves.removeFirst()(.success(()))
    scene.world.run(for: .milliseconds(500))
    #expect(calls.map { $0.outcome != nil } == [true, false, false])
    #expect(scene.storage.saves.count == 1)
    // This save fails: both are refused, and their numbers are given to others.
    scene.storage.saves.removeFirst()(.failure(StorageProblem(description: "no room")))
    scene.world.run(for: .milliseconds(500))
    #expect(calls[1...].allSatisfy { $0.outcome?.refusal == .storage })
    #expect(scene.coordinator.store.state.members.map(\.server.slot) == [1])
  }
}

/// A storage that says what it is told to.
private final class ScriptedStorage: ClusterStorage {
  var isLeading = true
  /// The ends of saves that are under way.
  var saves: [(Result<Void, StorageProblem>) -> Void] = []

  func begin(
    standsBy: @escaping (String) -> Void, leads: @escaping ([UInt8]?) -> Void,
    ended: @escaping (String) -> Void
  ) {}

  func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void) {
    saves.append(done)
  }

  func close(done: @escaping () -> Void) { done() }
}

/// A coordinator and a caller in a simulated world.
private final class Scene {
  final class Call {
    var outcome: RPCOutcome?
  }

  let world = World()
  let storage = ScriptedStorage()
  let coordinator: LeadingCoordinator
  private let network = MemoryNetwork(seed: 1)
  private let client: RPCClient
  private static let address = NetworkAddress(host: "127.0.0.1", port: 4000)

  init() throws {
    let (server, caller) = (
      PoolCore(name: "coordinator", clock: world.clock),
      PoolCore(name: "caller", clock: world.clock)
    )
    world.add(server)
    world.add(caller)
    client = RPCClient(core: caller, transport: network.transport(for: caller))
    var store: ClusterStore?
    ClusterStore.open(ClusterState(cluster: 5).encoded, newCluster: 5, in: storage) {
      store = try? $0.get()
    }
    coordinator = try LeadingCoordinator(
      core: server, configuration: CoordinatorConfiguration(address: Self.address),
      transport: network.transport(for: server), store: try #require(store))
  }

  func ask(_ operation: LogOperation, _ body: [UInt8]) -> Call {
    let call = Call()
    client.start(.address(Self.address), opcode: operation.rawValue, head: body) {
      call.outcome = $0.outcome
    }
    return call
  }
}
