/// HMAC-SHA-256 (RFC 2104) of bytes that come in pieces: 32 bytes that only who has the key can make.
package struct HMACSHA256 {
  private var inner = SHA256()
  private var outer = SHA256()

  /// - Parameter key: of any length; above 64 bytes its hash is the key.
  package init(key: UnsafeRawBufferPointer) {
    var hash: [UInt8] = []
    if key.count > SHA256.blockByteCount { hash = SHA256.hash(key) }
    defer { wipe(&hash) }
    hash.withUnsafeBytes { hash in
      let key = hash.isEmpty ? key : hash
      for index in 0..<SHA256.blockByteCount {
        let byte = index < key.count ? key[index] : 0
        inner.update(CollectionOfOne(byte ^ 0x36))
        outer.update(CollectionOfOne(byte ^ 0x5c))
      }
    }
  }

  /// Adds bytes to what is authenticated.
  package mutating func update(_ bytes: some Sequence<UInt8>) { inner.update(bytes) }

  /// The code, 32 bytes. What is left in this value depends on no key.
  package mutating func finish() -> [UInt8] {
    outer.update(inner.finish())
    return outer.finish()
  }
}
