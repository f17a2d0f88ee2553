internal import CLinux

/// CRC-32C (Castagnoli), continued from `seed` (the CRC of what came before; 0 at the start).
/// Detects accidents; it is no protection against an attacker.
public func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
  clinux_crc32c(seed, bytes.baseAddress, bytes.count)
}
