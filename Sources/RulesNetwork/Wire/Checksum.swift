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
