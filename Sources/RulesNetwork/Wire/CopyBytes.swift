internal import Glibc

extension [UInt8] {
  /// Copies in one call: the general initialiser goes byte by byte in an unoptimised build.
  init(copying source: UnsafeRawBufferPointer) {
    guard !source.isEmpty else {
      self = []
      return
    }
    self.init(unsafeUninitializedCapacity: source.count) { target, count in
      if let from = source.baseAddress, let to = target.baseAddress {
        memcpy(to, from, source.count)
      }
      count = source.count
    }
  }

  /// Becomes a copy, in the memory it has where there is room.
  mutating func assign(_ source: UnsafeRawBufferPointer) {
    guard capacity >= source.count else {
      self = [UInt8](copying: source)
      return
    }
    removeAll(keepingCapacity: true)
    append(contentsOf: source)
  }

  /// So many bytes of any value, to be written before they are read. No page of them is touched, so
  /// what a peer announces costs no memory until it has sent it.
  init(unwritten count: Int) {
    // Of no capacity, it would write the count into the empty array that all threads share.
    guard count > 0 else {
      self = []
      return
    }
    // Sound: every bit pattern is a UInt8, and a UInt8 needs no initialisation.
    self.init(unsafeUninitializedCapacity: count) { $1 = count }
  }
}
