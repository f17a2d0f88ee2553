import Glibc

/// The lines of some bytes, without their newlines: `a\n\nb` and `a\n\nb\n` are both `a`, ``, `b`.
/// Any other byte may be in a line, also a carriage return or zero.
struct Lines {
  /// Where each line lies in the bytes.
  private(set) var ranges: [Range<Int>] = []
  /// Whether the last line has a newline (true for no bytes at all: nothing is missing).
  private(set) var endsWithNewline = true

  init(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var start = 0
      while let base = buffer.baseAddress, start < buffer.count {
        if let found = memchr(base + start, 0x0A, buffer.count - start) {
          let end = UnsafeRawPointer(found) - base
          ranges.append(start..<end)
          start = end + 1
        } else {
          ranges.append(start..<buffer.count)
          endsWithNewline = false
          start = buffer.count
        }
      }
    }
  }

  /// The first line with more than `limit` bytes, counted from 1.
  func firstLonger(than limit: Int) -> (line: Int, bytes: Int)? {
    ranges.firstIndex { $0.count > limit }.map { ($0 + 1, ranges[$0].count) }
  }
}
