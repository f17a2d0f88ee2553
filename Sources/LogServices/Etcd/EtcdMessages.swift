import FoundationEssentials

// What is said to etcd's JSON gateway, version 3. Keys and values are base64, 64-bit numbers text;
// what is zero or empty is left out.

/// `POST /v3/lease/grant`
struct EtcdLeaseGrant: Encodable, Sendable {
  var seconds: Int

  private enum CodingKeys: String, CodingKey { case seconds = "TTL" }
}

/// `POST /v3/lease/keepalive`, `/v3/lease/revoke`
struct EtcdLeaseID: Encodable, Sendable {
  var id: String

  private enum CodingKeys: String, CodingKey { case id = "ID" }
}

/// The answer to `EtcdLeaseGrant`.
struct EtcdLease: Decodable, Sendable {
  var id: String

  private enum CodingKeys: String, CodingKey { case id = "ID" }
}

/// The answer to a keep-alive.
struct EtcdKeptAlive: Decodable, Sendable {
  struct Lease: Decodable {
    /// Absent: there is no such lease any more.
    var seconds: String?

    private enum CodingKeys: String, CodingKey { case seconds = "TTL" }
  }

  var result: Lease
}

/// `POST /v3/kv/txn`: the first operations if all comparisons hold, else the others.
struct EtcdTransaction: Encodable, Sendable {
  struct Comparison: Encodable {
    var key: Data
    var target: String
    var result = "EQUAL"
    var createRevision: String?
    var changeRevision: String?
    var lease: String?

    private enum CodingKeys: String, CodingKey {
      case key, target, result, lease
      case createRevision = "create_revision"
      case changeRevision = "mod_revision"
    }

    /// There is no such key.
    static func isAbsent(_ key: String) -> Comparison {
      Comparison(key: Data(key.utf8), target: "CREATE", createRevision: "0")
    }

    /// The key was last changed with this revision; 0: there is no such key.
    static func isUnchanged(_ key: String, since revision: Int) -> Comparison {
      Comparison(key: Data(key.utf8), target: "MOD", changeRevision: String(revision))
    }

    /// The key was put under this lease, which is alive.
    static func isHeld(_ key: String, by lease: String) -> Comparison {
      Comparison(key: Data(key.utf8), target: "LEASE", lease: lease)
    }
  }

  struct Operation: Encodable {
    struct Put: Encodable {
      var key: Data
      var value: Data
      var lease: String?
    }

    struct Range: Encodable {
      var key: Data
    }

    var put: Put?
    var range: Range?

    private enum CodingKeys: String, CodingKey {
      case put = "request_put"
      case range = "request_range"
    }

    static func put(_ key: String, _ value: [UInt8], lease: String? = nil) -> Operation {
      Operation(put: Put(key: Data(key.utf8), value: Data(value), lease: lease))
    }

    static func read(_ key: String) -> Operation {
      Operation(range: Range(key: Data(key.utf8)))
    }
  }

  var compare: [Comparison]
  var success: [Operation]
  var failure: [Operation] = []
}

/// The answer to `EtcdTransaction`.
struct EtcdTransactionResult: Decodable, Sendable {
  struct Response: Decodable {
    struct Range: Decodable {
      struct KeyValue: Decodable {
        var value: Data?
        var lease: String?
        private var changeRevision: String?

        private enum CodingKeys: String, CodingKey {
          case value, lease
          case changeRevision = "mod_revision"
        }

        var text: String { String(decoding: value ?? Data(), as: UTF8.self) }
        /// Of its last change.
        var revision: Int? { changeRevision.flatMap { Int($0) } }
      }

      var kvs: [KeyValue]?
    }

    var range: Range?

    private enum CodingKeys: String, CodingKey { case range = "response_range" }
  }

  struct Header: Decodable {
    var revision: String?
  }

  private var header: Header?
  /// Absent: the comparisons did not hold.
  var succeeded: Bool?
  var responses: [Response]?

  /// Of etcd's store after the transaction, and so of what it has put.
  var revision: Int? { header?.revision.flatMap { Int($0) } }

  /// What the operation of that index has read; nil: there is no such key.
  func found(at index: Int) -> Response.Range.KeyValue? {
    guard let responses, responses.indices.contains(index) else { return nil }
    return responses[index].range?.kvs?.first
  }
}
