import Glibc

/// Whether a path leads to a folder.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Folders deeper than this are not looked into: a link may lead back up.
private let deepestFolder = 16

/// Every `.rules` file below a folder, sorted by path; hidden files and folders left out.
func rulesFiles(in folder: String, depth: Int = 0) throws(FileError) -> [String] {
  guard depth <= deepestFolder else { return [] }
  var found: [String] = []
  for name in try fileNames(in: folder) where !name.hasPrefix(".") {
    let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
    if isFolder(path) {
      found += try rulesFiles(in: path, depth: depth + 1)
    } else if name.hasSuffix(".rules") {
      found.append(path)
    }
  }
  return found
}

/// What is in a folder, sorted.
func fileNames(in folder: String) throws(FileError) -> [String] {
  guard let stream = opendir(folder) else { throw FileError("read", folder, errno: errno) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    // The name is a C string inside the fixed-size field of the entry, which stays valid until the
    // next `readdir`.
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}
