import RulesNetwork

/// Why a call has no usable reply.
struct CallProblem: Error, CustomStringConvertible {
  /// The application's reason when the server refused, else nil.
  var refusal: UInt16?
  var description: String

  init(refusal: UInt16? = nil, description: String) {
    self.refusal = refusal
    self.description = description
  }
}

/// Decodes the reply of a call.
func readReply<Message: WireMessage>(
  _ outcome: RPCOutcome, as type: Message.Type
) -> Result<Message, CallProblem> {
  switch outcome {
  case .ok(let bytes):
    do throws(WireError) {
      return .success(try Message(decoding: bytes))
    } catch {
      return .failure(CallProblem(description: "malformed reply: \(error)"))
    }
  case .refused(.application(let code, let message)):
    return .failure(CallProblem(refusal: code, description: "refused: \(message)"))
  case .refused(let refusal):
    return .failure(CallProblem(description: "refused: \(refusal)"))
  case .targetLeft:
    return .failure(CallProblem(description: "the server left the cluster"))
  case .callerNotMember:
    return .failure(CallProblem(description: "this process is no member of the cluster"))
  case .failed(let failure):
    return .failure(CallProblem(description: "\(failure)"))
  }
}
