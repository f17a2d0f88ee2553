import Glibc
import RulesRuntime

/// What a pool of these tests owns: a core and one task.
final class Shop {
  let core: PoolCore
  let counter = Counter()
  private let uponEnd: @Sendable () -> Void

  init(core: PoolCore, uponEnd: @escaping @Sendable () -> Void = {}) {
    self.core = core
    self.uponEnd = uponEnd
    core.add(counter)
  }

  deinit { uponEnd() }
}

/// A value that several threads change.
final class Shared<Value: Sendable>: Sendable {
  private let guarded: Guarded<Value>

  init(_ value: Value) { guarded = Guarded(value) }

  var value: Value {
    get { guarded.withLock { $0 } }
    set { guarded.withLock { $0 = newValue } }
  }

  func change(_ body: (inout sending Value) -> Void) {
    guarded.withLock { body(&$0) }
  }
}

/// The name of the calling thread.
func threadName() -> String {
  name(ofThread: "thread-self")
}

/// Waits until no thread of this process has a name: the kernel lists one for a moment after it was
/// joined. A thread that stays runs into the suite's time limit.
func noThreadIsLeft(named name: String) async throws -> Bool {
  while countThreads(named: name) > 0 { try await Task.sleep(for: .milliseconds(1)) }
  return true
}

/// How many threads of this process have a name.
func countThreads(named name: String) -> Int {
  guard let folder = opendir("/proc/self/task") else { return -1 }
  defer { closedir(folder) }
  var count = 0
  while let entry = readdir(folder) {
    let id = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if RulesRuntimeTests.name(ofThread: "self/task/\(id)") == name { count += 1 }
  }
  return count
}

private func name(ofThread path: String) -> String {
  let file = open("/proc/\(path)/comm", O_RDONLY)
  guard file >= 0 else { return "" }
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: 64)
  let count = read(file, &bytes, bytes.count)
  return String(decoding: bytes.prefix(max(0, count - 1)), as: UTF8.self)
}
