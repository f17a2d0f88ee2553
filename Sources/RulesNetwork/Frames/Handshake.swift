/// The client's first frame: whom it wants to talk to.
struct Hello: Hashable, Sendable {
  /// nil: whoever is there.
  var target: ServerID?

  init(target: ServerID?) { self.target = target }

  init(decoding body: [UInt8]) throws(WireError) {
    var reader = WireReader(body)
    let isTargeted = try reader.bool()
    let id = ServerID(slot: try reader.uint32(), generation: try reader.uint32())
    try reader.finish()
    target = isTargeted ? id : nil
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.bool(target != nil)
    writer.uint32(target?.slot ?? 0)
    writer.uint32(target?.generation ?? 0)
    return writer.bytes
  }
}

/// Why a server does not serve a client.
struct Rejection: Hashable, Sendable, CustomStringConvertible {
  enum Reason: UInt8, Sendable {
    /// Another server than the one addressed: that one is gone for good.
    case otherServer = 1
    /// It is not yet anybody, but may become the one addressed. Try again.
    case notEnlisted = 2
    /// It has all the connections it can keep. Try again.
    case tooManyConnections = 3
    /// It does not speak the client's version of the protocol.
    case version = 4
  }

  var reason: Reason
  /// The versions that the server speaks.
  var versions: ClosedRange<UInt8> = FrameHeader.version...FrameHeader.version

  init(_ reason: Reason) { self.reason = reason }

  init(decoding body: [UInt8]) throws(WireError) {
    var reader = WireReader(body)
    let code = try reader.uint8()
    guard let reason = Reason(rawValue: code) else { throw WireError("rejection \(code)") }
    self.reason = reason
    let oldest = try reader.uint8()
    let newest = try reader.uint8()
    guard oldest <= newest else { throw WireError("versions \(oldest) to \(newest)") }
    versions = oldest...newest
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint8(reason.rawValue)
    writer.uint8(versions.lowerBound)
    writer.uint8(versions.upperBound)
    return writer.bytes
  }

  var description: String {
    switch reason {
    case .otherServer: "another server answers there"
    case .notEnlisted: "the server there is not enlisted"
    case .tooManyConnections: "the server has too many connections"
    case .version:
      "the server speaks protocol versions \(versions.lowerBound) to \(versions.upperBound), "
        + "this client \(FrameHeader.version)"
    }
  }
}
