import Glibc

/// Reads and writes whole files, and reads streams, with a bound.
enum FileBytes {
  /// All bytes of a file; of stdin when the path is nil.
  /// - Throws: `CommandFailure` (usage): it cannot be opened or read, is a directory, or has more
  ///   than `limit` bytes.
  static func read(_ path: String?, limit: Int) throws(CommandFailure) -> [UInt8] {
    let name = path ?? "stdin"
    let descriptor = path.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
    guard descriptor >= 0 else { throw CommandFailure("\(name): \(systemMessage())") }
    defer { if path != nil { close(descriptor) } }

    var information = stat()
    fstat(descriptor, &information)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, Int(information.st_size)) + 1)
    while let chunk = try readChunk(descriptor, name: name), !chunk.isEmpty {
      guard bytes.count + chunk.count <= limit else {
        throw CommandFailure("\(name): larger than the \(byteCount(limit)) that fit")
      }
      bytes += chunk
    }
    return bytes
  }

  /// Writes a file, new or in place of an old one.
  static func write(_ text: String, to path: String) throws(CommandFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure("\(path): \(systemMessage())") }
    defer { close(descriptor) }
    var text = text
    if let problem = text.withUTF8({ writeAll(UnsafeRawBufferPointer($0), to: descriptor) }) {
      throw CommandFailure("\(path): \(systemMessage(problem))")
    }
  }

  /// Up to 1 MiB; nil at the end.
  static func readChunk(_ descriptor: Int32, name: String) throws(CommandFailure) -> [UInt8]? {
    var problem: Int32?
    let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
      var got: Int
      repeat {
        got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      } while got < 0 && errno == EINTR
      if got < 0 { problem = errno }
      count = max(0, got)
    }
    if let problem { throw CommandFailure("\(name): \(systemMessage(problem))") }
    return chunk.isEmpty ? nil : chunk
  }
}
