import Glibc

/// Makes, lists and removes directories.
enum Directory {
  /// One entry of a directory.
  struct Entry: Hashable {
    enum Kind { case file, directory, other }
    var name: String
    var kind: Kind
  }

  /// Makes a directory for this process alone, under `$TMPDIR` or `/tmp`.
  static func makeTemporary(prefix: String) throws(CommandFailure) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let made else {
      throw CommandFailure("cannot make a directory in \(parent): \(systemMessage())")
    }
    return made
  }

  /// Makes a directory; one that exists and is empty will do.
  static func makeEmpty(_ path: String) throws(CommandFailure) {
    if mkdir(path, 0o700) == 0 { return }
    guard errno == EEXIST else { throw CommandFailure("\(path): \(systemMessage())") }
    guard let entries = entries(of: path) else {
      throw CommandFailure("\(path): \(systemMessage())")
    }
    guard entries.isEmpty else { throw CommandFailure("\(path): the directory is not empty") }
  }

  /// What is in a directory, sorted by name; nil (with `errno`) when it cannot be read. Symbolic
  /// links are `other`: they are never followed.
  static func entries(of path: String) -> [Entry]? {
    guard let stream = opendir(path) else { return nil }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." {
        entries.append(Entry(name: name, kind: kind(entry, name, path)))
      }
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// Removes a directory and all that is in it.
  /// - Returns: nil, or the first thing that could not be removed and why.
  @discardableResult
  static func removeTree(_ path: String) -> String? {
    var problem: String?
    for entry in entries(of: path) ?? [] {
      let child = "\(path)/\(entry.name)"
      if entry.kind == .directory {
        problem = removeTree(child) ?? problem
      } else if unlink(child) != 0, errno != ENOENT {
        problem = problem ?? "\(child): \(systemMessage())"
      }
    }
    if rmdir(path) != 0, errno != ENOENT { problem = problem ?? "\(path): \(systemMessage())" }
    return problem
  }

  private static func kind(
    _ entry: UnsafeMutablePointer<dirent>, _ name: String, _ path: String
  ) -> Entry.Kind {
    switch Int(entry.pointee.d_type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .directory
    case Int(DT_UNKNOWN):
      // Some file systems do not say in the listing.
      var information = stat()
      guard lstat("\(path)/\(name)", &information) == 0 else { return .other }
      switch information.st_mode & S_IFMT {
      case S_IFREG: return .file
      case S_IFDIR: return .directory
      default: return .other
      }
    default: return .other
    }
  }
}
