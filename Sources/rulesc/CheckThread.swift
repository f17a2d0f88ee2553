import Glibc
import RulesEditor

/// A way for a thread to wake the main one, which waits in `poll`.
struct Pipe: Sendable {
  let output: Int32
  let input: Int32

  init() throws(FileError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FileError("make", "a pipe", errno: errno) }
    output = ends[0]
    input = ends[1]
  }

  /// Makes `output` readable.
  func signal() {
    _ = retrying { write(input, [1] as [UInt8], 1) }
  }

  /// Takes one signal back.
  func clear() {
    var byte: UInt8 = 0
    _ = retrying { read(output, &byte, 1) }
  }
}

/// One analysis on a thread of its own.
///
/// Unchecked: `result` is written by the thread before it ends and read behind `pthread_join` only;
/// `thread` is used by the creator only. Everything else is constant.
final class CheckThread: @unchecked Sendable {
  /// Analyses walk deep diagrams; as much as the main thread usually has.
  private static let stackBytes = 16 << 20

  private let check: Check
  private let done: Pipe
  private var result: CheckResult?
  private var thread = pthread_t()

  /// Starts the analysis.
  ///
  /// - Parameter done: signalled once, when `join` will not wait.
  init(_ check: Check, whenDone done: Pipe) throws(FileError) {
    self.check = check
    self.done = done
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    // The thread owns the reference that it is given, so that it cannot outlive its object.
    let context = Unmanaged.passRetained(self)
    let code = pthread_create(&thread, &attributes, runCheck, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw FileError("start", "a thread", errno: code)
    }
  }

  fileprivate func run() {
    result = check.run()
    done.signal()
  }

  /// Waits for the end of the analysis. To be called once.
  func join() -> CheckResult? {
    pthread_join(thread, nil)
    return result
  }
}

private func runCheck(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { Unmanaged<CheckThread>.fromOpaque(context).takeRetainedValue().run() }
  return nil
}
