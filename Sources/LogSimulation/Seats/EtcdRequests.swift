import FoundationEssentials

// What a simulated etcd is asked: the part of its JSON gateway that coordinators use. Keys and values are
// base64, 64-bit numbers text.

/// `POST /v3/lease/grant`
struct LeaseGrant: Decodable {
  var seconds: Int

  private enum CodingKeys: String, CodingKey { case seconds = "TTL" }
}

/// `POST /v3/lease/keepalive`, `/v3/lease/revoke`
struct LeaseName: Decodable {
  var id: String

  private enum CodingKeys: String, CodingKey { case id = "ID" }
}

/// `POST /v3/kv/txn`
struct Transaction: Decodable {
  /// Of these numbers the one that the comparison is about.
  struct Comparison: Decodable {
    var key: Data
    var created: String?
    var changed: String?
    var lease: String?

    private enum CodingKeys: String, CodingKey {
      case key, lease
      case created = "create_revision"
      case changed = "mod_revision"
    }
  }

  struct Put: Decodable {
    var key: Data
    var value: Data
    var lease: String?
  }

  struct Range: Decodable {
    var key: Data
  }

  struct Operation: Decodable {
    var put: Put?
    var range: Range?

    private enum CodingKeys: String, CodingKey {
      case put = "request_put"
      case range = "request_range"
    }
  }

  var compare: [Comparison]
  var success: [Operation]
  var failure: [Operation]
}

/// One POST, as far as it has come.
struct HTTPRequest {
  var path: String
  var body: [UInt8]

  /// nil: not all of it is here.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let blank = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<blank.lowerBound].split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    let length = lines.lazy.compactMap { line in
      line.hasPrefix("Content-Length: ") ? Int(line.dropFirst(16)) : nil
    }.first
    let body = text[blank.upperBound...].utf8
    guard words.count == 3, let length, body.count >= length else { return nil }
    path = String(words[1])
    self.body = Array(body.prefix(length))
  }
}
