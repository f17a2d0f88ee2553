import RulesLanguage
import RulesOutput

/// A language server for rules files (LSP 3.17), as a pure machine: a message in, messages out.
/// `rulesc lsp` connects it with standard input and output.
///
/// Requests are answered at once. Diagnostics take longer, so they are made when there is nothing
/// else to do: hand over all messages that have come, then call `settle`, then run the `nextCheck`
/// (on another thread, if you like) and give its result to `finish`. However long a check takes, it
/// delays no message, and no text is analysed that a waiting message is about to change.
///
/// Whatever bytes come in, the server goes on: what it cannot read or does not know is answered
/// with an error. Documents are bounded (`DocumentStore`), so is its memory.
public struct LanguageServer: Sendable {
  enum Phase: Sendable {
    case created, running, shutDown
  }

  let version: String
  var phase = Phase.created
  var documents = DocumentStore()
  var checker: Checker
  private var publisher = Publisher()
  /// The process should end with this status: 0 after `shutdown` and `exit`, 1 after `exit` alone.
  public internal(set) var exitStatus: Int32?

  /// - Parameters:
  ///   - version: what the server says of itself.
  ///   - files: how it sees files that are not open.
  public init(version: String, files: FileAccess) {
    self.version = version
    checker = Checker(access: files)
  }

  /// Takes the body of one message and returns the bodies of the answers, in order.
  public mutating func receive(_ body: [UInt8]) -> [JSONValue] {
    do {
      return receive(try JSONValue(parsing: body))
    } catch {
      return [failure(.parseError, "not JSON at byte \(error.offset): \(error.message)")]
    }
  }

  /// The answer to what was no message at all.
  public func refuse(_ reason: String) -> JSONValue { failure(.invalidRequest, reason) }

  /// Takes one message, as `receive` of bytes.
  public mutating func receive(_ value: JSONValue) -> [JSONValue] {
    guard exitStatus == nil else { return [] }
    do throws(Message.Other) {
      let message = try Message(value)
      guard let id = message.id else { return notify(message) }
      return [response(to: id, Result { () throws(ResponseError) in try answer(message) })]
    } catch {
      switch error {
      case .response: return []
      case .invalid(let id, let reason):
        return [response(to: id, .failure(ResponseError(.invalidRequest, reason)))]
      }
    }
  }

  private func failure(_ code: ResponseError.Code, _ reason: String) -> JSONValue {
    response(to: .null, .failure(ResponseError(code, reason)))
  }

  // MARK: Diagnostics

  /// Compiles what has changed and says what is wrong with it. Call it when no message waits.
  public mutating func settle() -> [JSONValue] {
    guard phase == .running else { return [] }
    checker.refresh(documents)
    return publisher.publish(checker, documents)
  }

  /// An analysis that would find out more; nil: everything is known. The same one comes again until
  /// it is finished or stale.
  public func nextCheck() -> Check? { phase == .running ? checker.nextCheck() : nil }

  /// Takes what a check found. A result that newer texts have overtaken is dropped.
  public mutating func finish(_ result: CheckResult) -> [JSONValue] {
    checker.refresh(documents)
    checker.finish(result)
    return settle()
  }
}
