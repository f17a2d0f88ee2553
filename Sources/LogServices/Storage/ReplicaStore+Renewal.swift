import ReplicatedLog
import RulesNetwork

/// After a failed sync the kernel may go on showing what is not on the disk, and take it for clean: the
/// next sync succeeds, and the next power cut loses it. The next process would verify such bytes and build
/// on them, and whoever saw the sync fail may have been killed before it could leave a warning.
///
/// So every start writes again what the last sync of a file can have been about.
extension ReplicaStore {
  /// Bytes written at a time.
  private static let step = 1 << 18

  /// Writes the first bytes of a file again, so that the next sync is about all that anybody may count on.
  func renew(_ file: FileDescriptor, of sound: ReplicaInspection.Sound) throws(SystemError) {
    let image = sound.isClosedTwice ? 0 : Int(sound.slot?.certificate.length ?? 0)
    let size = ReplicaHeader.size + image
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(size, Self.step), alignment: 16)
    defer { buffer.deallocate() }
    var done = 0
    while done < size {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(size - done, Self.step)])
      let count = try files.readFully(file, into: piece, at: done)
      guard count > 0 else { return }
      try files.writeFully(file, UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: done)
      done += count
    }
  }
}
