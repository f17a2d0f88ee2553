internal import Glibc

/// Reads a file that only its owner may see.
enum KeyFile {
  /// Calls `body` with the file's content, which is wiped then.
  static func withContent<Result>(
    path: String, _ body: (UnsafeRawBufferPointer) throws(ClusterKeysError) -> Result
  ) throws(ClusterKeysError) -> Result {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write.
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      // What Linux says of a link that is not to be followed.
      if errno == ELOOP { throw error(path, "a symbolic link; name the file itself") }
      throw error(path, String(cString: strerror(errno)))
    }
    defer { Glibc.close(descriptor) }
    let size = try check(descriptor, path: path)
    // One byte more than it had: whether it grows.
    let content = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 1, alignment: 1)
    defer {
      wipe(content)
      content.deallocate()
    }
    guard try fill(content, from: descriptor, path: path) == size else {
      throw error(path, "changed while it was read")
    }
    return try body(UnsafeRawBufferPointer(rebasing: content[..<size]))
  }

  /// - Returns: how many bytes there were.
  private static func fill(
    _ target: UnsafeMutableRawBufferPointer, from descriptor: Int32, path: String
  ) throws(ClusterKeysError) -> Int {
    var count = 0
    while count < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[count...])
      let result = read(descriptor, rest.baseAddress, rest.count)
      if result < 0, errno == EINTR { continue }
      guard result >= 0 else { throw error(path, String(cString: strerror(errno))) }
      guard result > 0 else { break }
      count += result
    }
    return count
  }

  /// - Returns: the size of the file that is open, in bytes.
  private static func check(_ descriptor: Int32, path: String) throws(ClusterKeysError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw error(path, String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw error(path, "not a regular file") }
    guard status.st_uid == geteuid() else {
      throw error(path, "belongs to user \(status.st_uid); the process runs as \(geteuid())")
    }
    guard status.st_mode & 0o077 == 0 else {
      let mode = String(status.st_mode & 0o777, radix: 8)
      throw error(path, "has mode 0\(mode): others may use it; set mode 0600 and change the keys")
    }
    guard status.st_size <= ClusterKeys.maximumFileByteCount else {
      throw error(path, "larger than \(ClusterKeys.maximumFileByteCount) bytes")
    }
    return Int(status.st_size)
  }

  private static func error(_ path: String, _ reason: String) -> ClusterKeysError {
    ClusterKeysError(path: path, line: nil, reason: reason)
  }
}
