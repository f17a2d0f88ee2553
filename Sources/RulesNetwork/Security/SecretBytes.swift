/// The bytes of a key: never printed, and overwritten when the last reference goes.
///
/// Sound although unchecked: the memory is written before `init` returns and only read from then on,
/// and it is freed when nobody can read it any more.
final class SecretBytes: @unchecked Sendable {
  private let storage: UnsafeMutableRawBufferPointer

  /// - Parameter fill: writes all `count` bytes, which are zeros before.
  init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    storage = .allocate(byteCount: count, alignment: 1)
    wipe(storage)
    fill(storage)
  }

  deinit {
    wipe(storage)
    storage.deallocate()
  }

  var count: Int { storage.count }

  /// The bytes, for the time of the call. Whoever copies them wipes the copy.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(storage))
  }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var description: String { "(secret)" }
  var debugDescription: String { description }
  /// Without children: `dump` shows nothing either.
  var customMirror: Mirror { Mirror(self, children: [:]) }
}
