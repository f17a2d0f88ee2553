#if TLS

  /// Cuts pieces of memory into records: long pieces as they are, short ones joined in the scratch, for
  /// each record costs some 20 bytes and a pass of the cipher.
  struct TLSRecords {
    /// The most plain text that fits into one record of TLS.
    static let maximumByteCount = 16 << 10

    private let pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>
    private let scratch: TLSScratch
    private var index = 0
    /// Bytes of the piece at `index` that were handed out.
    private var offset = 0

    init(_ pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>, scratch: TLSScratch) {
      self.pieces = pieces
      self.scratch = scratch
    }

    /// The next record, at least one byte; it stands until the next call. nil at the end.
    mutating func next() -> UnsafeRawBufferPointer? {
      while index < pieces.count, offset == pieces[index].count { advance() }
      guard index < pieces.count else { return nil }
      if pieces[index].count - offset >= Self.maximumByteCount || index == pieces.count - 1 {
        return take(Self.maximumByteCount)
      }
      return scratch.withBytes { buffer in
        var count = 0
        while count < Self.maximumByteCount, index < pieces.count {
          let part = take(Self.maximumByteCount - count)
          UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: part)
          count += part.count
          if offset == pieces[index].count { advance() }
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
      }
    }

    private mutating func take(_ limit: Int) -> UnsafeRawBufferPointer {
      let end = min(pieces[index].count, offset + limit)
      defer { offset = end }
      return UnsafeRawBufferPointer(rebasing: pieces[index][offset..<end])
    }

    private mutating func advance() {
      index += 1
      offset = 0
    }
  }

#endif  // TLS
