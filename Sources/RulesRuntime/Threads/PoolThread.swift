import Glibc

/// A thread of the operating system that runs one closure.
struct PoolThread: Sendable {
  private let handle: pthread_t

  /// Starts a thread.
  /// - Parameter name: what `top -H` and debuggers show; Linux keeps its first 15 bytes.
  /// - Throws: `PoolError.noThread`.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(PoolError) {
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var handle = pthread_t()
    // `@Sendable`, so that the compiler takes it for code of no actor wherever this is called from.
    let status = pthread_create(
      &handle, nil,
      { @Sendable argument in
        guard let argument else { return nil }
        Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    guard status == 0 else {
      start.release()
      throw .noThread(status)
    }
    self.handle = handle
  }

  /// Waits until the thread has ended. Once, and never after `detach`.
  func join() {
    pthread_join(handle, nil)
  }

  /// Lets the thread's resources go when it ends. Once, and never after `join`.
  func detach() {
    pthread_detach(handle)
  }

  /// Identifies the calling thread.
  static var current: UInt { UInt(pthread_self()) }
}

/// What a new thread is handed: the name it takes and the closure it runs.
private final class ThreadStart: Sendable {
  private let name: String
  private let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  func run() {
    takeName()
    body()
  }

  /// Glibc's module has no `pthread_setname_np`. Without /proc the thread keeps its parent's name.
  private func takeName() {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
  }
}
