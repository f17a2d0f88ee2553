import Glibc

/// Finds real text on this machine for a demo without `--input`: this package's own files, then
/// the toolchain's, then the system's headers and documents, until there is enough.
///
/// The order is deterministic (folders and files by name), the search bounded.
struct DemoText {
  /// Folders to search, and how the demo names them together.
  struct Place: Equatable {
    var name: String
    var root: String
    /// Below the root, searched in this order.
    var folders: [String]
  }

  /// Enough text: more than two segments of 8 MB.
  static let enough = 21_000_000
  /// How many directory entries are looked at in all.
  static let maximumEntries = 100_000
  /// Files larger than this are left out, so that no single file is most of the input.
  static let maximumFile = 4_000_000
  /// What is taken for text by its name.
  static let extensions: Set<String> = [
    "swift", "rules", "md", "ebnf", "swiftinterface", "h", "hpp", "txt", "modulemap", "apinotes",
    "py", "rst", "json",
  ]

  private var bytes: [UInt8] = []
  private var files = 0
  private var entriesLeft = DemoText.maximumEntries
  private var seen: Set<FileIdentity> = []
  private let wanted: Int
  private let maximumRecord: Int

  private struct FileIdentity: Hashable {
    var device: UInt64
    var number: UInt64
  }

  private init(wanted: Int, maximumRecord: Int) {
    self.wanted = wanted
    self.maximumRecord = maximumRecord
    bytes.reserveCapacity(wanted + DemoText.maximumFile)
  }

  /// Gathers text from the places, in order.
  /// - Throws: `CommandFailure` when there is none at all.
  static func gather(
    from places: [Place] = DemoText.places(), wanted: Int = DemoText.enough, maximumRecord: Int
  ) throws(CommandFailure) -> DemoInput {
    var text = DemoText(wanted: wanted, maximumRecord: maximumRecord)
    var origin: [String] = []
    for place in places where text.bytes.count < wanted {
      let before = (files: text.files, bytes: text.bytes.count)
      for folder in place.folders where text.bytes.count < wanted {
        text.search("\(place.root)/\(folder)", depth: 0)
      }
      let found = text.bytes.count - before.bytes
      if found > 0 {
        let files = counted(text.files - before.files, "file")
        origin.append("\(byteCount(found)) in \(files) of \(place.name), \(place.root)")
      }
    }
    guard !text.bytes.isEmpty else {
      throw CommandFailure("no text found on this machine: give a file with --input FILE")
    }
    return DemoInput(bytes: text.bytes, origin: origin)
  }

  private mutating func search(_ path: String, depth: Int) {
    guard depth < 24, let entries = Directory.entries(of: path) else { return }
    for entry in entries {
      if bytes.count >= wanted || entriesLeft == 0 { return }
      entriesLeft -= 1
      if entry.name.hasPrefix(".") { continue }
      switch entry.kind {
      case .directory: search("\(path)/\(entry.name)", depth: depth + 1)
      case .file: take("\(path)/\(entry.name)", name: entry.name)
      case .other: continue
      }
    }
  }

  /// Adds one file, if it is text that was not added before.
  private mutating func take(_ path: String, name: String) {
    guard let dot = name.lastIndex(of: "."),
      DemoText.extensions.contains(String(name[name.index(after: dot)...]))
    else { return }
    var information = stat()
    guard stat(path, &information) == 0, information.st_size > 0,
      information.st_size <= DemoText.maximumFile,
      seen.insert(
        FileIdentity(device: UInt64(information.st_dev), number: UInt64(information.st_ino))
      ).inserted
    else { return }
    // A file that cannot be read is left out: there are others.
    guard var content = try? FileBytes.read(path, limit: DemoText.maximumFile),
      DemoText.isText(content, maximumRecord: maximumRecord)
    else { return }
    if content.last != 0x0A { content.append(0x0A) }
    bytes += content
    files += 1
  }

  /// No zero byte, and no line longer than a record.
  static func isText(_ bytes: [UInt8], maximumRecord: Int) -> Bool {
    let hasZero = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map { memchr($0, 0, buffer.count) != nil } ?? false
    }
    return !hasZero
      && (bytes.count <= maximumRecord || Lines(bytes).firstLonger(than: maximumRecord) == nil)
  }

  /// Where text is looked for, best first.
  static func places() -> [Place] {
    var places: [Place] = []
    if let checkout = checkout() {
      places.append(
        Place(
          name: "this package", root: checkout,
          folders: ["rules", "grammar", "Sources", "Plugins", "Tests"]))
    }
    if let toolchain = toolchain() {
      places.append(
        Place(
          name: "the Swift toolchain", root: toolchain, folders: ["lib/swift", "include", "lib"]))
    }
    places.append(Place(name: "the system", root: "/usr", folders: ["include", "share", "lib"]))
    return places
  }

  /// The folder with `Package.swift` and `rules` above this executable, or above the working
  /// directory.
  private static func checkout() -> String? {
    for start in [realPath("/proc/self/exe"), realPath(".")] {
      var folder = start ?? ""
      while let slash = folder.lastIndex(of: "/") {
        if access("\(folder)/Package.swift", R_OK) == 0, access("\(folder)/rules", R_OK) == 0 {
          return folder
        }
        folder = String(folder[..<slash])
      }
    }
    return nil
  }

  /// The `usr` folder of the toolchain whose library this process runs with, or whose `swift` is
  /// in `PATH`.
  private static func toolchain() -> String? {
    if let maps = try? FileBytes.read("/proc/self/maps", limit: 16 << 20) {
      for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
        guard let slash = line.firstIndex(of: "/"), line.hasSuffix("/libswiftCore.so") else {
          continue
        }
        return parent(String(line[slash...]), levels: 4)
      }
    }
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    for folder in path.split(separator: ":") {
      if access("\(folder)/swift", X_OK) == 0, let swift = realPath("\(folder)/swift") {
        return parent(swift, levels: 2)
      }
    }
    return nil
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func parent(_ path: String, levels: Int) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast(levels)
      .joined(separator: "/")
  }
}
