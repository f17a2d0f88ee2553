/// Cuts the bytes of a stream into frames.
struct FrameSplitter {
  enum Unit {
    /// A frame.
    case whole([UInt8])
    /// Some bytes of a frame that leaves as it comes.
    case part([UInt8])
  }

  private let length: (UnsafeRawBufferPointer) -> Int?
  /// The beginning of a frame. `buffer[passed...]` has not left.
  private var buffer: [UInt8] = []
  private var passed = 0
  /// Bytes that are still to come of a frame that leaves as it comes.
  private var rest = 0

  /// Longer frames leave as they come, so that a connection's buffer is enough for any.
  private static let longestFrame = 64 << 10
  /// No beginning of a frame of so many bytes leaves its length open; else the bytes are no frames.
  private static let longestHeader = 4096

  init(length: @escaping (UnsafeRawBufferPointer) -> Int?) { self.length = length }

  /// Whether all that has left are whole frames.
  var isBetweenFrames: Bool { passed == 0 && rest == 0 }

  /// - Parameter holds: a frame that is not whole waits until it is.
  mutating func add(_ bytes: [UInt8], holds: Bool) -> [Unit] {
    var units: [Unit] = []
    var input = bytes[...]
    repeat {
      if rest > 0 {
        let part = input.prefix(rest)
        if !part.isEmpty { units.append(.part(Array(part))) }
        input = input.dropFirst(part.count)
        if rest != .max { rest -= part.count }
        continue
      }
      buffer += input
      input = []
      guard let length = buffer.withUnsafeBytes({ length($0) }) else {
        if buffer.count > Self.longestHeader { input = pass(&units, length: .max) }
        break
      }
      // A length that what has left already belies is none.
      if length <= passed {
        input = pass(&units, length: .max)
      } else if passed > 0 || length > Self.longestFrame {
        input = pass(&units, length: length)
      } else if length <= buffer.count {
        units.append(.whole(Array(buffer[..<length])))
        input = buffer[length...]
        buffer = []
      } else {
        break
      }
    } while !input.isEmpty
    if !holds { units += release() }
    return units
  }

  /// What waits leaves, the rest of its frame later.
  mutating func release() -> [Unit] {
    guard passed < buffer.count else { return [] }
    let part = Array(buffer[passed...])
    passed = buffer.count
    return [.part(part)]
  }

  /// The frame in the buffer leaves as it comes.
  /// - Returns: the bytes after it.
  private mutating func pass(_ units: inout [Unit], length: Int) -> ArraySlice<UInt8> {
    let end = min(length, buffer.count)
    if passed < end { units.append(.part(Array(buffer[passed..<end]))) }
    let remainder = buffer[end...]
    rest = length == .max ? .max : length - end
    buffer = []
    passed = 0
    return remainder
  }
}
