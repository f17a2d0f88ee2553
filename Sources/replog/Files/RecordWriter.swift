import Glibc

/// Writes records, each followed by a newline, in large pieces.
struct RecordWriter {
  /// Bytes gathered before they are written.
  static let bufferSize = 1 << 18

  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// - Throws: `CommandFailure` when nobody takes the output any more.
  mutating func write(_ record: [UInt8]) throws(CommandFailure) {
    buffer += record
    buffer.append(0x0A)
    if buffer.count >= RecordWriter.bufferSize { try flush() }
  }

  /// Writes what is left. Call it after the last record.
  mutating func flush() throws(CommandFailure) {
    let problem = buffer.withUnsafeBytes { writeAll($0, to: descriptor) }
    buffer.removeAll(keepingCapacity: true)
    if let problem {
      throw CommandFailure("stdout: \(systemMessage(problem))", code: .failure)
    }
  }
}
