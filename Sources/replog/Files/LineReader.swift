import Glibc

/// Reads a file or a stream line by line, in batches, so that an input of any size needs little
/// memory.
struct LineReader {
  private let descriptor: Int32
  private let name: String
  /// The start of a line whose end has not come yet.
  private var rest: [UInt8] = []
  private var lines = 0
  private var ended = false

  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// The lines that end within the next chunk of at most 1 MiB, without their newlines; the last
  /// line of all also without one. nil at the end.
  /// - Parameter limit: bytes that a line may have.
  /// - Throws: `CommandFailure` (usage) when reading fails, or a line is longer: it names the line.
  mutating func next(limit: Int) throws(CommandFailure) -> [[UInt8]]? {
    while !ended {
      guard let chunk = try FileBytes.readChunk(descriptor, name: name) else {
        ended = true
        if rest.isEmpty { return nil }
        defer { rest = [] }
        return [try checked(rest, limit)]
      }
      let found = Lines(chunk)
      var batch: [[UInt8]] = []
      batch.reserveCapacity(found.ranges.count)
      for (index, range) in found.ranges.enumerated() {
        let line = index == 0 && !rest.isEmpty ? rest + chunk[range] : Array(chunk[range])
        if index == 0 { rest = [] }
        if index == found.ranges.count - 1, !found.endsWithNewline {
          rest = line
          // Also while the end has not come: or a file without newlines would fill the memory.
          if line.count > limit { throw tooLong(line.count, limit) }
        } else {
          batch.append(try checked(line, limit))
        }
      }
      if !batch.isEmpty { return batch }
    }
    return nil
  }

  private mutating func checked(_ line: [UInt8], _ limit: Int) throws(CommandFailure) -> [UInt8] {
    guard line.count <= limit else { throw tooLong(line.count, limit) }
    lines += 1
    return line
  }

  private func tooLong(_ bytes: Int, _ limit: Int) -> CommandFailure {
    CommandFailure(
      "\(name):\(lines + 1): the line has more than the \(grouped(limit)) bytes of a record")
  }
}
