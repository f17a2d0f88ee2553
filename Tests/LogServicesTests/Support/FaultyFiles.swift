import RulesNetwork
import RulesRuntime

@testable import LogServices

/// The system's files, with faults: the nth call of a kind fails, and writes are cut short.
final class FaultyFiles: Sendable {
  enum Call: Hashable { case write, sync, syncDirectory, rename, open, read, reserve }

  private struct State {
    var counts: [Call: Int] = [:]
    var faults: [Call: (number: Int, errno: Int32)] = [:]
    var longestWrite = Int.max
  }

  private let state = Guarded(State())

  /// From now on, the nth call of a kind (1: the next) fails, and all after it.
  func fail(_ call: Call, number: Int = 1, errno: Int32) {
    state.withLock { $0.faults[call] = ($0.counts[call, default: 0] + number, errno) }
  }

  func repair() { state.withLock { $0.faults = [:] } }

  func limitWrites(to count: Int) { state.withLock { $0.longestWrite = count } }

  func count(of call: Call) -> Int { state.withLock { $0.counts[call, default: 0] } }

  private func pass(_ call: Call) throws(SystemError) {
    let errno: Int32? = state.withLock { state in
      state.counts[call, default: 0] += 1
      guard let fault = state.faults[call], state.counts[call, default: 0] >= fault.number else {
        return nil
      }
      return fault.errno
    }
    if let errno { throw SystemError(call: "\(call)", errno: errno) }
  }

  var files: FileSystem {
    let system = FileSystem.system
    var files = system
    files.open = { (path, mode) throws(SystemError) in
      try self.pass(.open)
      return try system.open(path, mode)
    }
    files.read = { (file, buffer, offset) throws(SystemError) in
      try self.pass(.read)
      return try system.read(file, buffer, offset)
    }
    files.write = { (file, bytes, offset) throws(SystemError) in
      try self.pass(.write)
      let limit = self.state.withLock { $0.longestWrite }
      let part = UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, limit)])
      return try system.write(file, part, offset)
    }
    files.reserve = { (file, count) throws(SystemError) in
      try self.pass(.reserve)
      try system.reserve(file, count)
    }
    files.sync = { (file) throws(SystemError) in
      try self.pass(.sync)
      try system.sync(file)
    }
    files.syncDirectory = { (path) throws(SystemError) in
      try self.pass(.syncDirectory)
      try system.syncDirectory(path)
    }
    files.rename = { (from, to) throws(SystemError) in
      try self.pass(.rename)
      try system.rename(from, to)
    }
    return files
  }
}
