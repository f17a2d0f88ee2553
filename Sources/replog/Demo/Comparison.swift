import Glibc

/// Compares records that are read back with the demo's input, byte by byte, in order.
struct Comparison: Sendable {
  /// A record is searched for among so many expected ones before it counts as altered.
  static let lookAhead = 10_000

  private let input: DemoInput
  /// The record expected next.
  private var next = 0
  /// Records of the input that are missing, or came back with other bytes.
  private(set) var lost = 0
  /// Records that were read and are not in the input.
  private(set) var unknown = 0
  /// Records and bytes that were equal.
  private(set) var equal = 0
  private(set) var equalBytes = 0
  /// The first record that was lost, counted from 1.
  private(set) var firstLost: Int?

  init(input: DemoInput) { self.input = input }

  /// Takes the next record that was read.
  mutating func check(_ record: UnsafeRawBufferPointer) {
    guard next < input.records.count else {
      unknown += 1
      return
    }
    if !matches(record, next) {
      let end = min(input.records.count, next + Comparison.lookAhead)
      let found = (next..<end).first { matches(record, $0) }
      lose((found ?? next + 1) - next)
      if found == nil {
        unknown += 1
        return
      }
    }
    equal += 1
    equalBytes += record.count
    next += 1
  }

  /// Counts what never came.
  mutating func finish() { lose(input.records.count - next) }

  private mutating func lose(_ count: Int) {
    if count > 0, firstLost == nil { firstLost = next + 1 }
    lost += count
    next += count
  }

  private func matches(_ record: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    let range = input.records[index]
    guard range.count == record.count else { return false }
    return input.bytes.withUnsafeBytes { bytes in
      guard let expected = bytes.baseAddress, let read = record.baseAddress else {
        return range.isEmpty
      }
      return memcmp(expected + range.lowerBound, read, range.count) == 0
    }
  }
}
