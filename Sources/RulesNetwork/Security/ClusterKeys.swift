/// The keys that a process has, from a key file:
///
///     # name:role:secret in hexadecimal
///     2026-11:server:5f0c...   (32 to 128 random bytes)
///     2026-10:server:93aa...
///     ops-1:admin:0be2...
///
/// The first key of a role is used for proving, every key of the file is accepted. So keys are changed
/// without a stop: add the new key below the old one everywhere, then above it, then drop the old one.
/// Lines that are blank or begin with `#` are left out.
public struct ClusterKeys: Sendable, CustomStringConvertible {
  /// In the order of the file; at least one, all names different.
  public let keys: [ClusterKey]

  /// The largest file that is read, in bytes.
  public static let maximumFileByteCount = 65_536
  /// At most so many keys stand in a file.
  public static let maximumKeyCount = 256

  /// Reads a key file: a regular file, no symbolic link, that belongs to the user of the process and
  /// that nobody else may read or write (mode 0600 or 0400).
  public init(path: String) throws(ClusterKeysError) {
    keys = try KeyFile.withContent(path: path) { text throws(ClusterKeysError) in
      try KeyFileParser(path: path).parse(text)
    }
  }

  /// Parses the text of a key file, which the caller has from elsewhere and may overwrite then.
  /// - Parameter path: where the text is from, for errors.
  public init(parsing text: UnsafeRawBufferPointer, path: String) throws(ClusterKeysError) {
    keys = try KeyFileParser(path: path).parse(text)
  }

  /// The key to prove with when acting as `role`; nil when there is none.
  public func key(for role: ClusterRole) -> ClusterKey? { keys.first { $0.role == role } }

  /// The key of that name; nil when there is none.
  public func key(id: String) -> ClusterKey? { keys.first { $0.id == id } }

  /// `3 keys: 2026-11 (server), 2026-10 (server), ops-1 (admin)`
  public var description: String {
    "\(keys.count) \(keys.count == 1 ? "key" : "keys"): "
      + keys.map { "\($0.id) (\($0.role))" }.joined(separator: ", ")
  }
}
