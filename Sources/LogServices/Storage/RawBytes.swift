import Glibc

/// A copy of a buffer, made in one call: element-wise conversion is slow without optimisation.
func bytes(of buffer: UnsafeRawBufferPointer) -> [UInt8] {
  // Of no capacity, the initialiser writes the count into the empty array that all threads share.
  if buffer.isEmpty { return [] }
  return [UInt8](unsafeUninitializedCapacity: buffer.count) { target, count in
    UnsafeMutableRawBufferPointer(target).copyMemory(from: buffer)
    count = buffer.count
  }
}

/// Whether `a` is what `b` begins with.
func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
  guard a.count <= b.count else { return false }
  guard let left = a.baseAddress, let right = b.baseAddress else { return a.isEmpty }
  return memcmp(left, right, a.count) == 0
}
