import Glibc
import RulesNetwork
import Testing

@Suite("Addresses and errors")
struct AddressTests {
  @Test(
    "host:port is parsed",
    arguments: [
      ("127.0.0.1:4100", "127.0.0.1", 4100), ("localhost:0", "localhost", 0),
      ("a-b.example.org:65535", "a-b.example.org", 65535),
    ] as [(String, String, UInt16)])
  func valid(text: String, host: String, port: UInt16) {
    #expect(NetworkAddress(text) == NetworkAddress(host: host, port: port))
    #expect(NetworkAddress(text)?.description == text)
  }

  @Test(
    "What is not host:port is not taken",
    arguments: [
      "", ":", "host", "host:", ":1", "host:65536", "host:-1", "host:+1", "host:1:2", "host: 1",
      "ho st:1", "host:1 ", "[::1]:80", "host/x:1", "höst:1",
      String(repeating: "a", count: 254) + ":1",
    ])
  func invalid(text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test("Servers are ordered and shown by slot, then generation")
  func servers() {
    let ids = [ServerID(slot: 3, generation: 1), ServerID(slot: 1, generation: 2)]
    #expect(ids.sorted().map(\.description) == ["1.2", "3.1"])
  }

  @Test("A system error says what failed on what, and why")
  func systemError() {
    #expect(
      SystemError(call: "bind 127.0.0.1:80", errno: EACCES).description
        == "bind 127.0.0.1:80: Permission denied")
    #expect(SystemError(call: "resolve x: no", errno: 0).description == "resolve x: no")
  }
}
