import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// After a failed sync the kernel may go on showing what is not on the disk, and take it for clean: the
/// next sync succeeds, and the next power cut loses it. A process that is started again would verify
/// such bytes and build on them.
///
/// So a store that fails leaves a file without content. That file is not synced: it lives as long as
/// the kernel's memory, and so exactly as long as what it warns of. A process may be killed before it leaves
/// one: what the last sync can have been about is written again at every start.
extension ReplicaStore {
  static let suspicionName = "suspect"
  /// Bytes written at a time.
  private static let step = 1 << 18

  private var suspicionPath: String { "\(directory)/\(Self.suspicionName)" }

  /// Closes the store, whose disk failed, and has the next one distrust what the kernel shows.
  package func fail() {
    close()
    do {
      files.close(
        try spare.used { () throws(SystemError) in try files.open(suspicionPath, .fresh) })
    } catch {
      log.log(
        .critical, "the next start cannot be warned of this failure, do not start here: \(error)")
    }
  }

  /// How much of a file its last sync can have been about, apart from what nobody counts on.
  func sizeInDoubt(of sound: ReplicaInspection.Sound) -> Int {
    guard isSuspect || !sound.isClosedTwice else { return ReplicaHeader.size }
    return ReplicaHeader.size + Int(sound.slot?.certificate.length ?? 0)
  }

  /// The first bytes of a file are written again, so that the next sync is about all of them.
  func renew(_ file: FileDescriptor, first size: Int) throws(SystemError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.step, alignment: 16)
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

  /// Ends the suspicion once every replica that could be read was written again.
  func endSuspicion() throws(SystemError) {
    guard isSuspect, unreadable.isEmpty else { return }
    try files.remove(suspicionPath)
    isSuspect = false
  }
}
