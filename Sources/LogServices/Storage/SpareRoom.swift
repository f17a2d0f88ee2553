import RulesNetwork

/// Room on the disk that is given up when small files have none, so that a full disk neither keeps a
/// backup from being started nor an owner from being fenced. Taken again as soon as there is room.
/// Belongs to the thread of its store.
final class SpareRoom {
  static let name = "spare"
  /// Bytes for small files besides the fences.
  static let others = 64 << 10

  /// Whether the room is there.
  private(set) var isTaken = false
  private let path: String
  private let bytes: Int
  private let files: FileSystem

  init(in directory: String, bytes: Int, files: FileSystem) {
    path = "\(directory)/\(Self.name)"
    self.bytes = bytes
    self.files = files
  }

  /// Takes the room, unless it is there.
  /// - Throws: when there is not so much; then none is taken.
  func take() throws(SystemError) {
    guard !isTaken else { return }
    let file = try openFile()
    do throws(SystemError) {
      defer { files.close(file) }
      try files.reserve(file, bytes)
    } catch {
      try? files.remove(path)
      throw error
    }
    isTaken = true
  }

  /// The file of an earlier process is used as it is: what it has is not given to others meanwhile.
  private func openFile() throws(SystemError) -> FileDescriptor {
    do throws(SystemError) {
      return try files.open(path, .existing)
    } catch {
      guard error.errno == SystemErrorCode.noSuchFile else { throw error }
      return try files.open(path, .fresh)
    }
  }

  /// Runs what makes a small file, once more with the spare room if there is no other. Whoever puts the
  /// file in the place of an older one, or frees something, takes the room again.
  func used<Result>(
    _ body: () throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      guard SystemErrorCode.isFull(error.errno), isTaken else { throw error }
    }
    try files.remove(path)
    isTaken = false
    return try body()
  }
}
