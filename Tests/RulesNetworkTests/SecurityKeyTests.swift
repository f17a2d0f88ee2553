import Glibc
import Testing

@testable import RulesNetwork

@Suite("Keys and key files")
struct SecurityKeyTests {
  private static let secret = String(repeating: "c0ffee11", count: 8)
  private static let otherSecret = String(repeating: "BADC0DE5", count: 16)

  private func parse(_ text: String) throws -> ClusterKeys {
    try [UInt8](text.utf8).withUnsafeBytes {
      try ClusterKeys(parsing: $0, path: "cluster.keys")
    }
  }

  @Test("Keys are read with their roles; comments, blank lines and blanks are left out")
  func parsed() throws {
    let keys = try parse(
      """
      # the cluster's keys
      new:server:\(Self.secret)

        old : server : \(Self.otherSecret)\t\r
      ops_1.a:admin:\(Self.secret)
      """)
    #expect(keys.keys.map(\.id) == ["new", "old", "ops_1.a"])
    #expect(keys.keys.map(\.role) == [.server, .server, .admin])
    #expect(keys.key(for: .server)?.id == "new", "the first proves")
    #expect(keys.key(id: "old")?.role == .server, "the others are accepted")
    #expect(keys.key(for: .client) == nil && keys.key(id: "") == nil)
    #expect(keys.description == "3 keys: new (server), old (server), ops_1.a (admin)")
  }

  @Test("Every role has a name in key files")
  func roles() throws {
    for role in ClusterRole.allCases {
      #expect(try parse("k:\(role):\(Self.secret)").keys.first?.role == role)
      #expect(ClusterRole(name: role.description) == role)
    }
    #expect(ClusterRole.allCases.map(\.rawValue) == [1, 2, 3, 4, 5])
  }

  @Test(
    "A wrong line is told with its number and what would be right, and without what stands there",
    arguments: [
      ("", nil, "there is no key in it"),
      ("# nothing\n\n", nil, "there is no key in it"),
      ("\n#\nk:server", 3, "name:role:secret is expected"),
      (secret, 1, "name:role:secret is expected"),
      ("k:server:\(secret):", 1, "name:role:secret is expected"),
      (
        "k:\(secret):server", 1,
        "no such role; the roles are coordinator, server, client, reader, admin"
      ),
      (
        ":server:\(secret)", 1, "a name has 1 to 64 bytes: letters, digits, '.', '_' and '-'"
      ),
      (
        "\(secret)0:server:\(secret)", 1,
        "a name has 1 to 64 bytes: letters, digits, '.', '_' and '-'"
      ),
      (
        "a b:server:\(secret)", 1, "a name has 1 to 64 bytes: letters, digits, '.', '_' and '-'"
      ),
      ("k:server:\(secret)0", 1, "the secret is not an even number of hexadecimal digits"),
      ("k:server:\(secret)0g", 1, "the secret is not an even number of hexadecimal digits"),
      ("k:server:", 1, "the secret has 0 bytes; 32 to 128 are needed"),
      (
        "k:server:" + secret.dropLast(2), 1, "the secret has 31 bytes; 32 to 128 are needed"
      ),
      (
        "k:server:" + String(repeating: "00", count: 129), 1,
        "the secret has 129 bytes; 32 to 128 are needed"
      ),
      (
        "k:server:\(secret)\nk:admin:\(otherSecret)", 2,
        "a key of this name stands above already"
      ),
      (
        (0...256).map { "k\($0):server:\(secret)\n" }.joined(), 257, "more than 256 keys"
      ),
    ] as [(String, Int?, String)])
  func wrongLines(text: String, line: Int?, reason: String) {
    let error = #expect(throws: ClusterKeysError.self) { try parse(text) }
    #expect(error?.reason == reason)
    #expect(error?.line == line)
    let place = line.map { "cluster.keys:\($0): " } ?? "cluster.keys: "
    #expect(error?.description == place + reason)
  }

  @Test("No way of showing a key shows its secret")
  func secrets() throws {
    let keys = try parse("k:server:\(Self.secret)\nl:admin:\(Self.otherSecret)")
    let key = try #require(keys.keys.first)
    var dumped = ""
    dump(keys, to: &dumped)
    dump(key, to: &dumped)
    let error = #expect(throws: ClusterKeysError.self) {
      try parse("k:\(Self.secret):\(Self.otherSecret)")
    }
    let secret = key.secret
    dump(secret, to: &dumped)
    var mirrored = "\(secret) \(String(reflecting: secret)) "
    var mirrors = [Mirror(reflecting: keys)]
    while let mirror = mirrors.popLast() {
      for child in mirror.children {
        mirrored += "\(child.label ?? "")=\(child.value) "
        mirrors.append(Mirror(reflecting: child.value))
      }
    }
    let shown = [
      "\(keys)", String(reflecting: keys), "\(key)", String(reflecting: key), dumped, mirrored,
      "\(Optional(key) as Any)", "\([key])", String(describing: error),
    ].joined(separator: "\n").lowercased()
    #expect(shown.contains("key k of role server"))
    #expect(shown.contains("k (server)"))
    for sign in ["c0ffee", "badc0de", "c0, ff", "192, 255", "0xc0", "bytes", "0x0000"] {
      #expect(!shown.contains(sign), "\(sign) in \(shown)")
    }
  }

  @Test("What is wiped is zero")
  func wiped() {
    var bytes = [UInt8](repeating: 0xab, count: 50)
    wipe(&bytes)
    #expect(bytes == [UInt8](repeating: 0, count: 50))
  }

  @Test("A key is made only of a name and a secret within bounds")
  func bounds() {
    func make(_ id: String, _ count: Int) -> ClusterKey? {
      [UInt8](repeating: 1, count: count).withUnsafeBytes {
        ClusterKey(id: id, role: .client, secret: $0)
      }
    }
    #expect(make("k", 32) != nil && make("k", 128) != nil)
    #expect(make("k", 31) == nil && make("k", 129) == nil)
    #expect(make(String(repeating: "k", count: 64), 32) != nil)
    #expect(make(String(repeating: "k", count: 65), 32) == nil)
    #expect(make("", 32) == nil && make("a:b", 32) == nil && make("k\n", 32) == nil)
  }

  @Test("A cluster's id has 32 hexadecimal digits")
  func clusterID() {
    let id = ClusterID(high: 0x0011_2233_4455_6677, low: 0xff)
    #expect(id.description == "001122334455667700000000000000ff")
    #expect(ClusterID(id.description) == id)
    #expect(ClusterID("001122334455667700000000000000FF") == id)
    for text in [
      "", "0011", id.description + "0", "+01122334455667700000000000000ff",
      "g01122334455667700000000000000ff", "0011223344556677-000000000000ff",
    ] {
      #expect(ClusterID(text) == nil, "\(text)")
    }
  }
}
