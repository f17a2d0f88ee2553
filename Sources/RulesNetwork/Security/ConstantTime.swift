internal import Glibc

/// Whether two strings of bytes are equal, in a time that depends on their lengths alone: whoever
/// guesses at one of them does not learn how much of the guess was right.
@inline(never)
package func constantTimeEquals(
  _ first: some Collection<UInt8>, _ second: some Collection<UInt8>
) -> Bool {
  guard first.count == second.count else { return false }
  var difference: UInt8 = 0
  for (a, b) in zip(first, second) { difference |= a ^ b }
  return difference == 0
}

/// Overwrites `bytes` with zeros, which the optimiser does not leave out.
func wipe(_ bytes: inout [UInt8]) {
  bytes.withUnsafeMutableBytes { wipe($0) }
}

/// Overwrites memory with zeros, which the optimiser does not leave out.
func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
  guard let start = bytes.baseAddress else { return }
  explicit_bzero(start, bytes.count)
}
