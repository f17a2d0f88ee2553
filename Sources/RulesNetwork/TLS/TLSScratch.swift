#if TLS

  /// Memory for the time of a call, shared by the connections of one transport: plain text on its way
  /// into OpenSSL, or encrypted bytes on their way in or out.
  final class TLSScratch {
    private let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: byteCount, alignment: 16)

    /// Two records.
    private static let byteCount = 32 << 10

    deinit { storage.deallocate() }

    /// Calls `body` with memory of any content. Not to be used by two at once.
    func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
      body(storage)
    }
  }

#endif  // TLS
