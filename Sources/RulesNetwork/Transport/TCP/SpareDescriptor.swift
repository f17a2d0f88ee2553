/// A descriptor that is kept back, so that there is one to accept and close a connection with when the
/// process or the system has no more: its client learns at once that it is not wanted now.
struct SpareDescriptor {
  private let kernel: any Kernel
  /// Negative while there is none.
  private var number: Int32

  init(kernel: any Kernel) {
    self.kernel = kernel
    // Any descriptor does; this kind needs no file.
    number = kernel.createSignal()
  }

  /// Lets `body` use the place, then takes it back. Another thread may be faster, each time; then
  /// there is no spare one until a later call finds room again.
  mutating func lend<Result>(_ body: () -> Result) -> Result {
    release()
    defer { number = kernel.createSignal() }
    return body()
  }

  /// Gives it up.
  mutating func release() {
    if number >= 0 { kernel.close(number) }
    number = -1
  }
}
