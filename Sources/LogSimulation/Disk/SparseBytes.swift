/// The bytes of a simulated file. Only pages that were written take memory, and copies share the pages
/// that are equal.
struct SparseBytes: Sendable {
  static let pageSize = 4096
  private(set) var length = 0
  /// One a page, as far as there are bytes; empty: all zero.
  private var pages: [[UInt8]] = []

  /// Bytes that take room on a disk.
  private(set) var allocated = 0

  /// Copies bytes from an offset on into a buffer.
  /// - Returns: how many; fewer than fit at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
    let count = max(0, min(buffer.count, length - offset))
    var done = 0
    while done < count {
      let (page, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
      let part = min(count - done, Self.pageSize - start)
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + part])
      if page < pages.count, !pages[page].isEmpty {
        pages[page].withUnsafeBytes {
          target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + part]))
        }
      } else {
        target.initializeMemory(as: UInt8.self, repeating: 0)
      }
      done += part
    }
    return count
  }

  /// Writes bytes at an offset; the file grows as far as they reach.
  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard !bytes.isEmpty else { return }
    length = max(length, offset + bytes.count)
    var done = 0
    while done < bytes.count {
      let (page, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
      let part = min(bytes.count - done, Self.pageSize - start)
      while pages.count <= page { pages.append([]) }
      if pages[page].isEmpty {
        pages[page] = [UInt8](repeating: 0, count: Self.pageSize)
        allocated += Self.pageSize
      }
      pages[page].withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[start..<start + part])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[done..<done + part]))
      }
      done += part
    }
  }

  /// Cuts the file off, or has it grow by zeros.
  mutating func resize(to newLength: Int) {
    if newLength < length {
      let kept = (newLength + Self.pageSize - 1) / Self.pageSize
      while pages.count > kept { allocated -= pages.removeLast().count }
      let rest = newLength % Self.pageSize
      if rest > 0, pages.count == kept, !pages[kept - 1].isEmpty {
        pages[kept - 1].replaceSubrange(
          rest..., with: repeatElement(0, count: Self.pageSize - rest))
      }
    }
    length = newLength
  }

  /// Inverts one bit; no effect beyond the end.
  mutating func flip(bit: Int, at offset: Int) {
    guard offset < length else { return }
    var byte: UInt8 = 0
    withUnsafeMutableBytes(of: &byte) { _ = read(into: $0, at: offset) }
    byte ^= 1 << UInt8(bit)
    withUnsafeBytes(of: byte) { write($0, at: offset) }
  }
}
