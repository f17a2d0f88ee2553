import Glibc
import Synchronization

/// The signals of which a process dies, and the pools whose traces are written when it gets one.
///
/// A global, for the reason `ProcessTraces` is one. The handler it leaves in place of the one that was
/// there calls that one when it is done, so that a backtrace still appears and the process still ends
/// of the signal.
enum FatalSignals {
  /// What a trap of Swift, a bad address and `abort` end in.
  static let numbers: [Int32] = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
  /// How many pools of one process leave a trace in a crash.
  static let poolLimit = 64
  /// Sound, here and below: made before the handler is, whose every access is to memory that stays;
  /// `pools` is changed under a lock and otherwise read by the handler only, which takes what it finds.
  private nonisolated(unsafe) static let pools = UnsafeMutablePointer<
    UnsafeMutablePointer<CrashTrace.Block>?
  >.allocate(capacity: poolLimit)
  private nonisolated(unsafe) static let previous = UnsafeMutablePointer<sigaction>.allocate(
    capacity: 65)
  private nonisolated(unsafe) static let writer = UnsafeMutablePointer<CrashWriter>.allocate(
    capacity: 1)
  private nonisolated(unsafe) static let kindWords = UnsafeMutablePointer<
    UnsafeMutableBufferPointer<UInt8>
  >.allocate(capacity: PackedCause.kindLimit)
  /// 1 once the first fatal signal came: a second one, of the handler itself, is passed on.
  private static let isHandling = Atomic<Int>(0)
  private static let changes = Guarded<Void>(())
  private static let installation: Void = install()

  /// Has a pool's trace written in a crash.
  /// - Returns: the number to `remove` it with; nil: there are 64 already, or one with this path.
  static func add(_ block: UnsafeMutablePointer<CrashTrace.Block>) -> Int? {
    installation
    return changes.withLock { _ in
      for slot in 0..<poolLimit {
        if let other = pools[slot], strcmp(other.pointee.path, block.pointee.path) == 0 {
          return nil
        }
      }
      for slot in 0..<poolLimit where pools[slot] == nil {
        pools[slot] = block
        return slot
      }
      return nil
    }
  }

  static func remove(_ slot: Int) {
    changes.withLock { _ in pools[slot] = nil }
  }

  private static func install() {
    pools.initialize(repeating: nil, count: poolLimit)
    previous.initialize(repeating: sigaction(), count: 65)
    writer.initialize(to: CrashWriter())
    kindWords.initialize(repeating: .init(start: nil, count: 0), count: PackedCause.kindLimit)
    for kind in Cause.Kind.allCases {
      let word = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: "\(kind)".utf8.count)
      _ = word.initialize(from: "\(kind)".utf8)
      kindWords[Int(kind.rawValue)] = word
    }
    isHandling.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { number, info, context in
      FatalSignals.handle(number, info, context)
    }
    // On a signal stack; not blocked while it runs, so that a fault of its own ends the process.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | Int32(bitPattern: 0x4000_0000)
    for number in numbers { sigaction(number, &action, previous + Int(number)) }
  }

  /// Async-signal-safe: no allocation, no lock.
  private static func handle(
    _ number: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
  ) {
    let error = errno
    if isHandling.exchange(1, ordering: .relaxed) == 0 {
      for slot in 0..<poolLimit {
        if let block = pools[slot] {
          writer.pointee.write(block, signal: number, words: kindWords)
        }
      }
    }
    errno = error
    passOn(number, info, context)
  }

  /// Does what would have been done without this handler.
  private static func passOn(
    _ number: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
  ) {
    let before = previous + Int(number)
    if before.pointee.sa_flags & SA_SIGINFO != 0,
      let handler = before.pointee.__sigaction_handler.sa_sigaction
    {
      return handler(number, info, context)
    }
    // A plain handler's address, or a number: 0 for the default, 1 to ignore.
    let handler = before.pointee.__sigaction_handler.sa_handler
    let address = unsafeBitCast(handler, to: Int.self)
    if address > 1, let handler { return handler(number) }
    sigaction(number, before, nil)
    // A fault comes again when the instruction does; what was sent would not.
    if (info?.pointee.si_code ?? 0) <= 0 || number == SIGTRAP { raise(number) }
  }
}
