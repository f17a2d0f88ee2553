/// Where the connections of one pool's thread receive, one at a time: none of them needs a buffer of
/// its own, so that ten thousand silent ones cost next to nothing.
final class ReceiveBuffer {
  static let capacity = 128 << 10

  /// Freed in `deinit`; used only inside `FrameStream.receive`, which is over before another begins.
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)

  deinit { bytes.deallocate() }
}
