import Glibc
import RulesNetwork
import RulesRuntime

@testable import LogServices

/// The system's files with so many bytes of room for what is new. Whatever was there before has its own.
final class SmallDisk: Sendable {
  private struct State {
    var room = Int.max
    /// Open files that are new and have no room of their own.
    var fresh: Set<FileDescriptor> = []
  }

  private let state = Guarded(State())

  /// From now on so many bytes are left.
  func leave(_ room: Int) { state.withLock { $0.room = room } }

  private func take(_ count: Int, for file: FileDescriptor) throws(SystemError) {
    let fits = state.withLock { state in
      guard state.fresh.contains(file) else { return true }
      guard state.room >= count else { return false }
      state.room -= count
      return true
    }
    if !fits { throw SystemError(call: "write", errno: ENOSPC) }
  }

  private func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  private func free(_ count: Int) {
    state.withLock { $0.room += min(count, Int.max - $0.room) }
  }

  var files: FileSystem {
    let system = FileSystem.system
    var files = system
    files.open = { (path, mode) throws(SystemError) in
      let file = try system.open(path, mode)
      self.state.withLock { state in
        if mode == .fresh { state.fresh.insert(file) } else { state.fresh.remove(file) }
      }
      return file
    }
    files.reserve = { (file, count) throws(SystemError) in
      try self.take(count, for: file)
      _ = self.state.withLock { $0.fresh.remove(file) }
      try system.reserve(file, count)
    }
    files.write = { (file, bytes, offset) throws(SystemError) in
      try self.take(bytes.count, for: file)
      return try system.write(file, bytes, offset)
    }
    files.remove = { (path) throws(SystemError) in
      let size = self.size(path)
      try system.remove(path)
      self.free(size)
    }
    files.rename = { (from, to) throws(SystemError) in
      let size = self.size(to)
      try system.rename(from, to)
      self.free(size)
    }
    return files
  }
}
