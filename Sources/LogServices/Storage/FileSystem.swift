import RulesNetwork

/// An open file. Whoever opened it closes it, with the `FileSystem` that opened it.
package struct FileDescriptor: Hashable, Sendable {
  /// The kernel's number of it.
  package let rawValue: Int32

  /// A descriptor that somebody opened.
  package init(rawValue: Int32) { self.rawValue = rawValue }
}

/// The system calls that storage is made of, one closure each, so that a test can make any of them
/// fail. Every error names the call and the file.
package struct FileSystem: Sendable {
  /// What `open` expects.
  package enum OpenMode: Sendable {
    /// An existing file, to read and to write.
    case existing
    /// A new file, to read and to write; one of that name is emptied.
    case fresh
  }

  /// Opens a file. Links are not followed.
  package var open:
    @Sendable (_ path: String, _ mode: OpenMode) throws(SystemError) -> FileDescriptor
  /// Closes a file; what was not synced may be lost.
  package var close: @Sendable (_ file: FileDescriptor) -> Void
  /// Reads at an offset. Returns how many bytes: fewer than asked at the end of the file.
  package var read:
    @Sendable (
      _ file: FileDescriptor, _ into: UnsafeMutableRawBufferPointer, _ offset: Int
    ) throws(SystemError) -> Int
  /// Writes at an offset. Returns how many bytes were taken, possibly fewer than given.
  package var write:
    @Sendable (
      _ file: FileDescriptor, _ bytes: UnsafeRawBufferPointer, _ offset: Int
    ) throws(SystemError) -> Int
  /// Makes room for the first `count` bytes of a file, which is at least so long afterwards. What is written
  /// there later does not fail for want of room.
  package var reserve: @Sendable (_ file: FileDescriptor, _ count: Int) throws(SystemError) -> Void
  /// Ends a file at a length; the room beyond is free again.
  package var cut: @Sendable (_ file: FileDescriptor, _ length: Int) throws(SystemError) -> Void
  /// Returns once the file's bytes and its length are on the disk.
  package var sync: @Sendable (_ file: FileDescriptor) throws(SystemError) -> Void
  /// Returns once the names in a directory are on the disk.
  package var syncDirectory: @Sendable (_ path: String) throws(SystemError) -> Void
  /// Has the disk begin to write a range, and returns before it has: the next sync has less to wait for.
  package var startWriting: @Sendable (_ file: FileDescriptor, _ range: Range<Int>) -> Void
  /// What is read of a range next comes from the disk, if the kernel can do without it.
  package var forget: @Sendable (_ file: FileDescriptor, _ offset: Int, _ count: Int) -> Void
  /// The length in bytes.
  package var size: @Sendable (_ file: FileDescriptor) throws(SystemError) -> Int
  /// Gives a file another name, in the place of whoever had it.
  package var rename: @Sendable (_ from: String, _ to: String) throws(SystemError) -> Void
  /// Removes a name.
  package var remove: @Sendable (_ path: String) throws(SystemError) -> Void
  /// The names in a directory, sorted, without `.` and `..`.
  package var list: @Sendable (_ directory: String) throws(SystemError) -> [String]
  /// Makes a directory that only its owner may enter; one that exists is left as it is.
  /// Returns whether it is new.
  package var makeDirectory: @Sendable (_ path: String) throws(SystemError) -> Bool
  /// Opens (or makes) a file and locks it for this open file alone, without waiting:
  /// `EWOULDBLOCK` when somebody else has it. The lock ends with the descriptor, and so with the
  /// process.
  package var lock: @Sendable (_ path: String) throws(SystemError) -> FileDescriptor
}

extension FileSystem {
  /// Fills the buffer from an offset on, as far as the file goes.
  /// - Returns: how many bytes there were.
  package func readFully(
    _ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    var done = 0
    while done < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try read(file, part, offset + done)
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all the bytes, however the kernel cuts them. A kernel that takes nothing has an error.
  package func writeFully(
    _ file: FileDescriptor, _ bytes: UnsafeRawBufferPointer, at offset: Int
  ) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let count = try write(
        file, UnsafeRawBufferPointer(rebasing: bytes[done...]), offset + done)
      if count == 0 { throw SystemError(call: "write", errno: SystemErrorCode.inputOutput) }
      done += count
    }
  }

  /// The same for an array.
  package func writeFully(
    _ file: FileDescriptor, _ bytes: [UInt8], at offset: Int
  ) throws(SystemError) {
    try bytes.span.bytes.withUnsafeBytes { (raw) throws(SystemError) in
      try writeFully(file, raw, at: offset)
    }
  }

  /// The whole of a small file.
  /// - Returns: nil when there is none.
  /// - Throws: `EFBIG` beyond `limit` bytes.
  package func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8]? {
    let file: FileDescriptor
    do {
      file = try open(path, .existing)
    } catch {
      if error.errno == SystemErrorCode.noSuchFile { return nil }
      throw error
    }
    defer { close(file) }
    let size = try size(file)
    if size > limit { throw SystemError(call: "read \(path)", errno: SystemErrorCode.tooBig) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    let count = try readFully(file, into: buffer, at: 0)
    return bytes(of: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}
