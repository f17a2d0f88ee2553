import RulesNetwork

/// A small file that is either whole or refused: a magic number, a version, the content's length,
/// the content, and a CRC-32C over all of it.
package enum SealedFile {
  /// Bytes around the content.
  package static let overhead = 8 + 4 + 4 + 4
  /// The longest content.
  package static let limit = 16 << 20

  /// Why a file's bytes are not what was written.
  package struct Damage: Error, CustomStringConvertible, Hashable {
    /// What is wrong with them.
    package var description: String
  }

  /// The bytes of a file with this content.
  /// - Parameters:
  ///   - magic: what kind of file it is.
  ///   - version: of the content's format.
  package static func seal(_ content: [UInt8], magic: UInt64, version: UInt32 = 1) -> [UInt8] {
    var writer = WireWriter()
    writer.uint64(magic)
    writer.uint32(version)
    writer.bytes(content)
    writer.uint32(writer.bytes.withUnsafeBytes { crc32c($0) })
    return writer.bytes
  }

  /// The content of a file that `seal` made.
  package static func open(
    _ bytes: [UInt8], magic: UInt64, version: UInt32 = 1
  ) throws(Damage) -> [UInt8] {
    guard bytes.count >= overhead else { throw Damage(description: "\(bytes.count) bytes only") }
    do {
      var reader = WireReader(bytes)
      guard try reader.uint64() == magic else { throw WireError("it is another kind of file") }
      let found = try reader.uint32()
      let content = try reader.bytes(limit: limit)
      let crc = try reader.uint32()
      try reader.finish()
      let covered = bytes.count - 4
      guard
        bytes.withUnsafeBytes({ crc32c(UnsafeRawBufferPointer(rebasing: $0[..<covered])) }) == crc
      else { throw WireError("its checksum does not hold") }
      // After the checksum: of a damaged file nothing can be said about its version.
      guard found == version else { throw WireError("its version \(found) is not known here") }
      return content
    } catch let error as WireError {
      throw Damage(description: error.description)
    } catch {
      throw Damage(description: "\(error)")
    }
  }

  /// Reads a sealed file.
  /// - Returns: nil when there is none.
  /// - Throws: a `ServiceError` when it is damaged or cannot be read.
  package static func read(
    _ path: String, magic: UInt64, version: UInt32 = 1, files: FileSystem
  ) throws(ServiceError) -> [UInt8]? {
    let bytes: [UInt8]?
    do {
      bytes = try files.contents(of: path, limit: limit + overhead)
    } catch {
      throw ServiceError("\(error)")
    }
    guard let bytes else { return nil }
    do {
      return try open(bytes, magic: magic, version: version)
    } catch {
      throw ServiceError("\(path) is damaged: \(error)")
    }
  }

  /// A file that is written, and not yet in the place of the one before.
  struct Draft {
    fileprivate let path: String
    fileprivate let file: FileDescriptor
    fileprivate let files: FileSystem

    /// Puts it in the place of the old one. When this returns, it is on the disk. The draft is of no use
    /// afterwards, whatever came of it.
    func publish(in directory: String, syncs: Bool) throws(SystemError) {
      do {
        defer { files.close(file) }
        if syncs { try files.sync(file) }
      }
      try files.rename(SealedFile.draftPath(path), path)
      if syncs { try files.syncDirectory(directory) }
    }
  }

  private static func draftPath(_ path: String) -> String { "\(path).new" }

  /// Writes the file that is to be at a path.
  /// - Throws: for instance when the disk is full; then nothing is left of it.
  static func draft(
    _ sealed: [UInt8], for path: String, files: FileSystem
  ) throws(SystemError) -> Draft {
    let file = try files.open(draftPath(path), .fresh)
    do throws(SystemError) {
      try files.writeFully(file, sealed, at: 0)
    } catch {
      files.close(file)
      try? files.remove(draftPath(path))
      throw error
    }
    return Draft(path: path, file: file, files: files)
  }

  /// Puts a new file in the place of the old one: at every moment, and after a crash at any moment,
  /// the name stands for one whole file. When this returns, the new one is on the disk.
  package static func replace(
    _ name: String, in directory: String, content: [UInt8], magic: UInt64, version: UInt32 = 1,
    files: FileSystem, syncs: Bool
  ) throws(SystemError) {
    let bytes = seal(content, magic: magic, version: version)
    let draft = try draft(bytes, for: "\(directory)/\(name)", files: files)
    try draft.publish(in: directory, syncs: syncs)
  }
}
