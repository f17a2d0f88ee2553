import ReplicatedLog
import RulesNetwork

/// Why a call brought no usable reply.
struct NoReply: Error, CustomStringConvertible {
  var description: String
}

/// What a server answered.
func reply<Message: WireMessage>(
  _ type: Message.Type, from rpc: RPC
) throws(NoReply) -> Message {
  switch rpc.outcome {
  case .ok(let body):
    do {
      return try Message(decoding: body)
    } catch {
      throw NoReply(description: "malformed reply: \(error)")
    }
  case .refused(.application(let code, let message)):
    let reason = LogRefusal(rawValue: code).map { "\($0)" } ?? "code \(code)"
    throw NoReply(description: "refused (\(reason)): \(message)")
  case .refused(let refusal): throw NoReply(description: "refused: \(refusal)")
  case .targetLeft: throw NoReply(description: "the server left")
  case .callerNotMember: throw NoReply(description: "this process is no member of the cluster")
  case .failed(let failure): throw NoReply(description: "\(failure)")
  case nil: throw NoReply(description: "no answer yet")
  }
}

extension RPCRequest {
  func refuse(_ refusal: LogRefusal, _ message: String) {
    refuse(code: refusal.rawValue, message: message)
  }
}

/// How log lines and errors name a cluster.
func clusterName(_ cluster: UInt64) -> String { String(cluster, radix: 16) }
