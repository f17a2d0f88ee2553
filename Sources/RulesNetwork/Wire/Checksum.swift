internal import CLinux

/// CRC-32C (Castagnoli), continued from `seed` (the CRC of what came before; 0 at the start).
/// Detects accidents; it is no protection against an attacker.
public func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
  clinux_crc32c(seed, bytes.baseAddress, bytes.count)
}

/// The CRC-32C of two pieces, one behind the other, from that of each.
/// - Parameter count: bytes of the second.
public func crc32c(of first: UInt32, followedBy second: UInt32, count: Int) -> UInt32 {
  clinux_crc32c_of_both(first, second, UInt64(count))
}

/// The CRC-32C of the second of two pieces, from that of the first and that of both.
/// - Parameter count: bytes of the second.
public func crc32c(behind first: UInt32, in both: UInt32, count: Int) -> UInt32 {
  // That of both is the sum, without carries, of what the first becomes and the second.
  clinux_crc32c_of_both(first, both, UInt64(count))
}

/// Up to so many bytes a pass over them costs no more than to put two CRCs together.
package let fewBytesOfChecksum = 4096

/// The CRC-32C of bytes behind others, without looking at them if their own is known and they are many.
/// - Parameters:
///   - seed: the CRC-32C of the bytes before them.
///   - known: that of the bytes alone, if it is known.
public func crc32c(
  _ bytes: UnsafeRawBufferPointer, seed: UInt32, known: UInt32?
) -> UInt32 {
  guard let known, bytes.count > fewBytesOfChecksum else { return crc32c(bytes, seed: seed) }
  return crc32c(of: seed, followedBy: known, count: bytes.count)
}
