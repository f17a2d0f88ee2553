import Glibc
import Testing

@testable import RulesNetwork

@Suite("Addresses and errors")
struct AddressTests {
  @Test(
    "host:port is parsed",
    arguments: [
      ("127.0.0.1:4100", "127.0.0.1", 4100), ("localhost:0", "localhost", 0),
      ("a-b.example.org:65535", "a-b.example.org", 65535), ("[::1]:80", "::1", 80),
      ("[fe80::1:2]:1", "fe80::1:2", 1), ("[::ffff:127.0.0.1]:9", "::ffff:127.0.0.1", 9),
    ] as [(String, String, UInt16)])
  func valid(text: String, host: String, port: UInt16) {
    #expect(NetworkAddress(text) == NetworkAddress(host: host, port: port))
    #expect(NetworkAddress(text)?.description == text)
  }

  @Test(
    "What is not host:port is not taken",
    arguments: [
      "", ":", "host", "host:", ":1", "host:65536", "host:-1", "host:+1", "host:1:2", "host: 1",
      "ho st:1", "host:1 ", "host/x:1", "höst:1", "::1:80",
      "[::1]", "[]:1", "[:]:1", "[1]:1", "[host]:1", "[::1:80", "::1]:80", "[fe80::1%eth0]:80",
      "[::1]x:1", "[::g]:1", "[" + String(repeating: "1:", count: 23) + "]:1",
      String(repeating: "a", count: 254) + ":1",
    ])
  func invalid(text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test(
    "Socket addresses are shown in their short form",
    arguments: [
      (0, 0, "[::]:7"), (0, 1, "[::1]:7"), (0x2001_0db8 << 32, 1, "[2001:db8::1]:7"),
      (0xfe80 << 48, 0x1_0000_0000_0002, "[fe80::1:0:0:2]:7"),
      (0x1_0002_0003_0004, 0x5_0006_0007_0008, "[1:2:3:4:5:6:7:8]:7"),
      (0x1_0000_0003_0000, 0x5_0000_0007_0000, "[1:0:3:0:5:0:7:0]:7"),
      (1 << 48, 0, "[1::]:7"), (0, 0xffff_7f00_0001, "127.0.0.1:7"),
    ] as [(UInt64, UInt64, String)])
  func socketAddressText(high: UInt64, low: UInt64, text: String) {
    #expect(SocketAddress(ipv6: high, low, port: 7).description == text)
  }

  @Test(
    "Numeric hosts are taken as they are; loopback is 127/8, ::1 and what maps to 127/8",
    arguments: [
      ("127.0.0.1", true), ("127.255.255.254", true), ("128.0.0.1", false), ("0.0.0.0", false),
      ("::1", true), ("::", false), ("::2", false), ("fe80::1", false), ("::ffff:127.1.2.3", true),
      ("::ffff:10.0.0.1", false), ("::127.0.0.1", false), ("1::1", false),
    ])
  func loopback(host: String, isLoopback: Bool) throws {
    let address = try SocketAddress(resolving: NetworkAddress(host: host, port: 5))
    #expect(address.isLoopback == isLoopback)
    #expect(address.port == 5)
    #expect(address.isIPv6 == (host.contains(":") && !host.contains("ffff")))
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
