import Foundation
import Glibc
import Testing

/// An editor, as far as the protocol goes: starts `rulesc lsp` and talks to it over its standard
/// input and output, in frames of its own making.
final class LanguageClient {
  typealias Object = [String: Any]

  private let process = Process()
  private let toServer = Pipe()
  private let fromServer = Pipe()
  private let errors = Pipe()
  private var received = Data()
  private var lastID = 0
  /// What the server sent without being asked, in order.
  private(set) var notifications: [Object] = []

  init() throws {
    process.executableURL = try Workplace.rulesc()
    process.arguments = ["lsp"]
    process.standardInput = toServer
    process.standardOutput = fromServer
    process.standardError = errors
    // A server that has ended must be an error here, not the end of the tests.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  // MARK: Sending

  /// Sends a request and waits for its result.
  func request(_ method: String, _ params: Any) throws -> Any {
    lastID += 1
    try send(["jsonrpc": "2.0", "id": lastID, "method": method, "params": params])
    while true {
      let message = try receive()
      guard message["id"] as? Int == lastID else {
        notifications.append(message)
        continue
      }
      return try #require(message["result"], "\(method): \(message)")
    }
  }

  func notify(_ method: String, _ params: Any) throws {
    try send(["jsonrpc": "2.0", "method": method, "params": params])
  }

  func send(_ message: Object) throws {
    let body = try JSONSerialization.data(withJSONObject: message)
    try write(Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
  }

  func write(_ bytes: Data) throws { try toServer.fileHandleForWriting.write(contentsOf: bytes) }

  /// The editor goes away.
  func hangUp() throws { try toServer.fileHandleForWriting.close() }

  // MARK: Receiving

  /// The diagnostics that come next for a document.
  func diagnostics(of uri: String) throws -> [Object] {
    while true {
      let message = notifications.isEmpty ? try receive() : notifications.removeFirst()
      let params = message["params"] as? Object
      guard message["method"] as? String == "textDocument/publishDiagnostics",
        params?["uri"] as? String == uri
      else { continue }
      return try #require(params?["diagnostics"] as? [Object])
    }
  }

  /// The next message, whatever it is.
  func receive() throws -> Object {
    let blank = Data("\r\n\r\n".utf8)
    while true {
      if let end = received.range(of: blank) {
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        let number = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
        let length = try #require(number.flatMap { Int($0.dropFirst(16)) }, "\(head)")
        if received.distance(from: end.upperBound, to: received.endIndex) >= length {
          let body = received[end.upperBound..<end.upperBound + length]
          received = Data(received[(end.upperBound + length)...])
          return try #require(try JSONSerialization.jsonObject(with: body) as? Object)
        }
      }
      received += try readSome()
    }
  }

  /// Bytes that the server wrote; an error when none come for a minute, or it has ended.
  private func readSome() throws -> Data {
    let descriptor = fromServer.fileHandleForReading.fileDescriptor
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    try #require(poll(&polled, 1, 60_000) == 1, "the server says nothing")
    let bytes = fromServer.fileHandleForReading.availableData
    try #require(!bytes.isEmpty, "the server has ended")
    return bytes
  }

  /// Waits for the server's end: its exit status and what it wrote to standard error.
  func end() -> (status: Int32, errors: String) {
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
