import RulesNetwork

/// Why a call has no usable reply.
struct CallProblem: Error, CustomStringConvertible {
  var description: String

  init(description: String) { self.description = description }

  /// What to say of a call that brought nothing; nil: it was given up.
  init(_ outcome: RPCOutcome?) {
    description =
      switch outcome {
      case .ok: "an answer that makes no sense"
      case .refused(.application(let code, let message)):
        "refused (\(LogRefusal(rawValue: code).map { "\($0)" } ?? "code \(code)")): \(message)"
      case .refused(let refusal): "refused: \(refusal)"
      case .targetLeft: "the server left the cluster"
      case .callerNotMember: "this process is no member of the cluster"
      case .failed(let failure): "\(failure)"
      case nil: "no answer"
      }
  }
}

/// Decodes the reply of a call.
func readReply<Message: WireMessage>(
  _ outcome: RPCOutcome, as type: Message.Type
) -> Result<Message, CallProblem> {
  guard case .ok(let bytes) = outcome else { return .failure(CallProblem(outcome)) }
  do throws(WireError) {
    return .success(try Message(decoding: bytes))
  } catch {
    return .failure(CallProblem(description: "malformed reply: \(error)"))
  }
}
