import RulesEditor
import RulesOutput
import Testing

@Suite("Editor: lifecycle")
struct LifecycleTests {
  @Test("the answer to initialize says what the server can do, and counts UTF-16 units by default")
  func initialize() throws {
    var session = try EditorSession(initialize: nil)
    let result = try session.request("initialize", ["capabilities": [:]])
    #expect(result["capabilities"]?["positionEncoding"] == "utf-16")
    #expect(result["capabilities"]?["textDocumentSync"]?["change"] == 2)
    #expect(result["serverInfo"] == ["name": "rulesc", "version": "test"])
  }

  @Test("UTF-8 is chosen when it is offered")
  func encoding() throws {
    var session = try EditorSession(initialize: nil)
    let result = try session.request(
      "initialize",
      ["capabilities": ["general": ["positionEncodings": ["utf-32", "utf-16", "utf-8"]]]])
    #expect(result["capabilities"]?["positionEncoding"] == "utf-8")
  }

  @Test("before initialize requests are refused and notifications dropped")
  func uninitialized() throws {
    var session = try EditorSession(initialize: nil)
    let refusal = try session.refusal("textDocument/hover", [:])
    #expect(refusal == "-32002: the first request must be `initialize`")
    try session.open("/a.rules", "task")
    #expect(session.notifications.isEmpty)
  }

  @Test("initialize comes once")
  func twice() throws {
    var session = try EditorSession()
    let refusal = try session.refusal("initialize", [:])
    #expect(refusal == "-32600: the server is initialized already")
  }

  @Test("shutdown, then exit: status 0; requests between them are refused")
  func shutdown() throws {
    var session = try EditorSession()
    #expect(try session.request("shutdown", .null) == .null)
    #expect(try session.refusal("shutdown", .null) == "-32600: the server has been shut down")
    #expect(session.server.exitStatus == nil)
    try session.notify("exit", .null)
    #expect(session.server.exitStatus == 0)
  }

  @Test("exit without shutdown: status 1", arguments: [nil, ["capabilities": [:]] as JSONValue])
  func exit(initialize: JSONValue?) throws {
    var session = try EditorSession(initialize: initialize)
    try session.notify("exit", .null)
    #expect(session.server.exitStatus == 1)
  }

  @Test("an unknown request is MethodNotFound, an unknown notification is nothing")
  func unknown() throws {
    var session = try EditorSession()
    let refusal = try session.refusal("rules/fly", [:])
    #expect(refusal == "-32601: the method `rules/fly` is not known")
    for method in [
      "rules/fly", "$/cancelRequest", "$/setTrace", "workspace/didChangeConfiguration",
    ] {
      try session.notify(method, ["id": 1])
    }
    #expect(session.notifications.isEmpty)
  }

  @Test(
    "what is no message gets an error and changes nothing",
    arguments: [
      (
        "{",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,"
          + "\"message\":\"not JSON at byte 1: expected a member's name in quotes\"}}"
      ),
      (
        "[]",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,"
          + "\"message\":\"a message is one object\"}}"
      ),
      (
        "{\"id\":3}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32600,"
          + "\"message\":\"a message has a method\"}}"
      ),
      (
        "{\"id\":[],\"method\":\"a\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,"
          + "\"message\":\"an id is a number or a string\"}}"
      ),
    ])
  func invalid(body: String, answer: String) throws {
    var session = try EditorSession()
    let answers = session.receive(body)
    #expect(answers.map(\.compactText) == [answer])
    #expect(try session.request("shutdown", .null) == .null)
  }

  @Test("responses of the editor are not answered, and an id may be a string")
  func responses() throws {
    var session = try EditorSession()
    #expect(session.receive("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}").isEmpty)
    #expect(session.receive("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}").isEmpty)
    let answers = session.receive("{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"shutdown\"}")
    #expect(answers.map(\.compactText) == ["{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"result\":null}"])
  }
}
