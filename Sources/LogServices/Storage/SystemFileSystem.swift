internal import CLinux
import Glibc
import RulesNetwork

/// The few error numbers that decisions depend on.
package enum SystemErrorCode {
  /// There is no file of that name.
  package static let noSuchFile = ENOENT
  /// The device failed.
  package static let inputOutput = EIO
  /// The file is longer than it may be.
  package static let tooBig = EFBIG
  /// Somebody else has the lock.
  package static let wouldBlock = EWOULDBLOCK

  /// That is for others only.
  package static func isDenied(_ code: Int32) -> Bool { code == EACCES || code == EPERM }

  /// The disk, or the user's share of it, has no room for more.
  package static func isFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

  /// Too many files are open, here or in the whole system.
  package static func isShortage(_ code: Int32) -> Bool { code == EMFILE || code == ENFILE }
}

extension FileSystem {
  /// The operating system's.
  package static let system = FileSystem(
    open: { (path, mode) throws(SystemError) in
      var flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
      if mode == .fresh { flags |= O_CREAT | O_TRUNC }
      return FileDescriptor(
        rawValue: try retrying("open \(path)") { Glibc.open(path, flags, 0o600) })
    },
    close: { file in
      // What matters was synced before; an error here has nobody to go to.
      _ = Glibc.close(file.rawValue)
    },
    read: { (file, buffer, offset) throws(SystemError) in
      try retrying("read \(name(of: file))") {
        pread(file.rawValue, buffer.baseAddress, buffer.count, off_t(offset))
      }
    },
    write: { (file, bytes, offset) throws(SystemError) in
      try retrying("write \(name(of: file))") {
        pwrite(file.rawValue, bytes.baseAddress, bytes.count, off_t(offset))
      }
    },
    reserve: { (file, count) throws(SystemError) in
      // Where the file system has no such call, glibc writes to each of the file's blocks.
      var code = EINTR
      while code == EINTR { code = posix_fallocate(file.rawValue, 0, off_t(count)) }
      if code != 0 { throw SystemError(call: "fallocate \(name(of: file))", errno: code) }
    },
    cut: { (file, length) throws(SystemError) in
      _ = try retrying("ftruncate \(name(of: file))") { ftruncate(file.rawValue, off_t(length)) }
    },
    sync: { (file) throws(SystemError) in
      // Not retried, not even after EINTR: a second fdatasync may succeed although pages were lost.
      if fdatasync(file.rawValue) != 0 {
        let code = errno
        throw SystemError(call: "fdatasync \(name(of: file))", errno: code)
      }
    },
    syncDirectory: { (path) throws(SystemError) in
      let directory = try retrying("open \(path)") {
        Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      }
      defer { _ = Glibc.close(directory) }
      if fsync(directory) != 0 {
        let code = errno
        throw SystemError(call: "fsync \(path)", errno: code)
      }
    },
    startWriting: { file, range in
      clinux_file_start_writing(file.rawValue, Int64(range.lowerBound), Int64(range.count))
    },
    forget: { file, offset, count in
      // Advice only: whether it was taken makes no difference to what is read.
      _ = posix_fadvise(file.rawValue, off_t(offset), off_t(count), POSIX_FADV_DONTNEED)
    },
    size: { (file) throws(SystemError) in
      var status = stat()
      _ = try retrying("fstat \(name(of: file))") { fstat(file.rawValue, &status) }
      return Int(status.st_size)
    },
    rename: { (from, to) throws(SystemError) in
      _ = try retrying("rename \(from)") { Glibc.rename(from, to) }
    },
    remove: { (path) throws(SystemError) in
      _ = try retrying("unlink \(path)") { unlink(path) }
    },
    list: { (path) throws(SystemError) in try names(in: path) },
    makeDirectory: { (path) throws(SystemError) in
      do throws(SystemError) {
        _ = try retrying("mkdir \(path)") { mkdir(path, 0o700) }
        return true
      } catch {
        if error.errno != EEXIST { throw error }
        return false
      }
    },
    lock: { (path) throws(SystemError) in
      let file = try retrying("open \(path)") {
        Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      }
      do throws(SystemError) {
        _ = try retrying("flock \(path)") { flock(file, LOCK_EX | LOCK_NB) }
      } catch {
        _ = Glibc.close(file)
        throw error
      }
      return FileDescriptor(rawValue: file)
    })
}

/// Makes a call again that a signal interrupted; every other failure is thrown.
private func retrying<Result: SignedInteger>(
  _ call: @autoclosure () -> String, _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    let code = errno
    if code != EINTR { throw SystemError(call: call(), errno: code) }
  }
}

/// What an error calls an open file. The kernel remembers the name, so nobody else needs to.
private func name(of file: FileDescriptor) -> String {
  guard let path = realpath("/proc/self/fd/\(file.rawValue)", nil) else {
    return "file \(file.rawValue)"
  }
  defer { free(path) }
  return String(cString: path)
}

private func names(in path: String) throws(SystemError) -> [String] {
  guard let directory = opendir(path) else {
    let code = errno
    throw SystemError(call: "opendir \(path)", errno: code)
  }
  defer { closedir(directory) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(directory) else {
      let code = errno
      if code != 0 { throw SystemError(call: "readdir \(path)", errno: code) }
      break
    }
    // The kernel ends the name with a zero, within the field.
    let name = withUnsafeBytes(of: &entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}
