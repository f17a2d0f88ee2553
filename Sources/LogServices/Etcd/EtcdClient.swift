import FoundationEssentials
import RulesNetwork
import RulesRuntime

/// Talks to an etcd cluster through its JSON gateway, one call at a time for each caller. Belongs to
/// its pool's thread.
///
/// Every member of the etcd cluster is tried once; what a lost reply leaves open, the caller has to
/// ask again in a way that may be repeated.
final class EtcdClient {
  private let core: PoolCore
  private let transport: any Transport
  /// The members; the one that answered last comes first.
  private var endpoints: [NetworkAddress]
  private var calls: [UInt64: HTTPCall] = [:]
  private var nextCall: UInt64 = 0

  /// How long one member may take to answer.
  static let limit = Duration.seconds(1)

  /// - Parameter endpoints: of the members, at least one.
  init(core: PoolCore, transport: any Transport, endpoints: [NetworkAddress]) {
    self.core = core
    self.transport = transport
    self.endpoints = endpoints
  }

  /// Forgets all calls.
  func close() {
    for call in calls.values { call.cancel() }
    calls = [:]
  }

  /// Makes a call, and decodes what comes back.
  /// - Parameter done: called once unless the client is closed, never inside this call.
  func post<Reply: Decodable>(
    _ path: String, _ request: some Encodable, as type: Reply.Type = Reply.self,
    done: @escaping (Result<Reply, HTTPProblem>) -> Void
  ) {
    do {
      let body = Array(try JSONEncoder().encode(request))
      attempt(path, body, untried: endpoints, problems: []) { result in
        done(result.flatMap { Self.decode($0) })
      }
    } catch {
      let problem = HTTPProblem(description: "\(error)")
      core.schedule(after: .zero) { done(.failure(problem)) }
    }
  }

  private func attempt(
    _ path: String, _ body: [UInt8], untried: [NetworkAddress], problems: [String],
    done: @escaping (Result<[UInt8], HTTPProblem>) -> Void
  ) {
    guard let endpoint = untried.first else {
      let problem = HTTPProblem(description: problems.joined(separator: "; "))
      return done(.failure(problem))
    }
    let number = nextCall
    nextCall += 1
    calls[number] = HTTPCall(
      core: core, transport: transport, to: endpoint, path: path, body: body, limit: Self.limit
    ) { [weak self] result in
      guard let self else { return }
      calls[number] = nil
      let problem: String
      switch result {
      case .success(let reply) where reply.status == 200:
        prefer(endpoint)
        return done(.success(reply.body))
      case .success(let reply):
        problem =
          "status \(reply.status), \(String(decoding: reply.body.prefix(200), as: UTF8.self))"
      case .failure(let failure): problem = failure.description
      }
      attempt(
        path, body, untried: Array(untried.dropFirst()),
        problems: problems + ["etcd at \(endpoint): \(problem)"], done: done)
    }
  }

  private func prefer(_ endpoint: NetworkAddress) {
    guard endpoints.first != endpoint else { return }
    endpoints.removeAll { $0 == endpoint }
    endpoints.insert(endpoint, at: 0)
  }

  private static func decode<Reply: Decodable>(_ body: [UInt8]) -> Result<Reply, HTTPProblem> {
    do {
      return .success(try JSONDecoder().decode(Reply.self, from: Data(body)))
    } catch {
      return .failure(HTTPProblem(description: "etcd's answer makes no sense: \(error)"))
    }
  }
}
