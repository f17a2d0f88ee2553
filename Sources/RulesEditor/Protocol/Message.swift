import RulesOutput

/// A request or notification of the client.
struct Message {
  /// What the answer must carry; nil: a notification, which has no answer.
  var id: JSONValue?
  var method: String
  /// `null` when there are none.
  var params: JSONValue

  /// A response of the client, or nothing that the protocol knows.
  enum Other: Error {
    case response
    case invalid(id: JSONValue, reason: String)
  }

  init(_ value: JSONValue) throws(Other) {
    guard case .object = value else {
      throw .invalid(id: .null, reason: "a message is one object")
    }
    switch value["id"] {
    case nil: id = nil
    case .number(let number)?: id = .number(number)
    case .string(let text)?: id = .string(text)
    default: throw .invalid(id: .null, reason: "an id is a number or a string")
    }
    guard case .string(let method)? = value["method"] else {
      if value["result"] != nil || value["error"] != nil { throw .response }
      throw .invalid(id: id ?? .null, reason: "a message has a method")
    }
    self.method = method
    params = value["params"] ?? .null
  }
}

/// Why a request has no result: a code of the protocol, and a sentence that editors show.
struct ResponseError: Error, Hashable {
  enum Code: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case serverNotInitialized = -32002
    case requestFailed = -32803
  }

  var code: Code
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// The answer to a request.
func response(to id: JSONValue, _ result: Result<JSONValue, ResponseError>) -> JSONValue {
  switch result {
  case .success(let value): ["jsonrpc": "2.0", "id": id, "result": value]
  case .failure(let error):
    [
      "jsonrpc": "2.0", "id": id,
      "error": ["code": .number(String(error.code.rawValue)), "message": .string(error.message)],
    ]
  }
}

/// A message that has no answer.
func notification(_ method: String, _ params: JSONValue) -> JSONValue {
  ["jsonrpc": "2.0", "method": .string(method), "params": params]
}
