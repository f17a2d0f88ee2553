import Glibc

/// A stack on which the calling thread's signal handlers run: one that runs because the thread's own
/// has overflowed needs another.
struct SignalStack {
  /// 64 KiB: eight times what Linux asks for, because handlers that were there before run on it, too.
  private static let size = 65_536

  private let memory: UnsafeMutableRawPointer

  /// nil: the thread has one already.
  init?() {
    var present = stack_t()
    guard sigaltstack(nil, &present) == 0, present.ss_flags & Int32(SS_DISABLE) != 0 else {
      return nil
    }
    memory = .allocate(byteCount: Self.size, alignment: 16)
    var stack = stack_t()
    stack.ss_sp = memory
    stack.ss_size = Self.size
    guard sigaltstack(&stack, nil) == 0 else {
      memory.deallocate()
      return nil
    }
  }

  /// On the thread that made it, outside of any handler.
  func end() {
    var present = stack_t()
    // On another thread, or replaced meanwhile, it may still be in use: then it stays.
    guard sigaltstack(nil, &present) == 0, present.ss_sp == memory else { return }
    var none = stack_t()
    none.ss_flags = Int32(SS_DISABLE)
    if sigaltstack(&none, nil) == 0 { memory.deallocate() }
  }
}
