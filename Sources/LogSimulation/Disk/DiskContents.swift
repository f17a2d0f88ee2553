import RulesRuntime

/// All that is on a disk and in the cache before it. A value: a copy is a picture of the disk that
/// shares its bytes.
package struct DiskContents: Sendable {
  private(set) var files: [Int: SimulatedFile] = [:]
  private(set) var directories: [String: SimulatedDirectory] = ["": SimulatedDirectory()]
  private var nextFile = 1
  /// Bytes that all files together take.
  private(set) var allocated = 0

  /// An empty disk.
  package init() {}

  // MARK: - Names

  /// `/a/b/../c` as `/a` and `c`; the directory `/` is the empty text.
  static func split(_ path: String) -> (directory: String, name: String) {
    if let parts = splitPlain(path) { return parts }
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    let name = parts.popLast() ?? ""
    return (parts.map { "/\($0)" }.joined(), String(name))
  }

  /// Most paths are as they are to be already.
  private static func splitPlain(_ path: String) -> (directory: String, name: String)? {
    var path = path
    return path.withUTF8 { bytes in
      guard bytes.first == slash, let last = bytes.lastIndex(of: slash) else { return nil }
      for index in 1..<bytes.count where bytes[index - 1] == slash && isDotOrSlash(bytes[index]) {
        return nil
      }
      return (
        String(decoding: bytes[..<last], as: UTF8.self),
        String(decoding: bytes[(last + 1)...], as: UTF8.self)
      )
    }
  }

  private static let slash = UInt8(ascii: "/")

  private static func isDotOrSlash(_ byte: UInt8) -> Bool {
    byte == slash || byte == UInt8(ascii: ".")
  }

  /// The directory's own name in `directories`.
  static func normal(_ path: String) -> String {
    let (directory, name) = split(path)
    return name.isEmpty ? "" : "\(directory)/\(name)"
  }

  func node(at path: String) -> SimulatedDirectory.Node? {
    let (directory, name) = Self.split(path)
    return directories[directory]?.entries[name]
  }

  /// - Returns: the new file's number; nil when there is no such directory.
  mutating func createFile(at path: String) -> Int? {
    let (directory, name) = Self.split(path)
    guard directories[directory] != nil else { return nil }
    let number = nextFile
    nextFile += 1
    files[number] = SimulatedFile()
    directories[directory]?.make(.link(name, .file(number)))
    return number
  }

  /// - Returns: false when there is no directory to make it in.
  mutating func createDirectory(at path: String) -> Bool {
    let (directory, name) = Self.split(path)
    guard directories[directory] != nil else { return false }
    directories[directory]?.make(.link(name, .directory))
    directories[Self.normal(path)] = SimulatedDirectory()
    return true
  }

  /// Within one directory only.
  /// - Returns: false when there is no such file.
  mutating func rename(_ from: String, to: String) -> Bool {
    let (directory, name) = Self.split(from)
    let (target, newName) = Self.split(to)
    guard directory == target, directories[directory]?.entries[name] != nil else { return false }
    directories[directory]?.make(.rename(from: name, to: newName))
    return true
  }

  /// - Returns: false when there is no such file.
  mutating func unlink(_ path: String) -> Bool {
    let (directory, name) = Self.split(path)
    guard directories[directory]?.entries[name] != nil else { return false }
    directories[directory]?.make(.unlink(name))
    return true
  }

  /// - Returns: false when there is no such directory.
  mutating func syncDirectory(_ path: String) -> Bool {
    let normal = Self.normal(path)
    guard directories[normal] != nil else { return false }
    directories[normal]?.sync()
    return true
  }

  // MARK: - Files

  /// Changes a file in place.
  mutating func change(_ number: Int, _ body: (inout SimulatedFile) -> Void) {
    guard files[number] != nil else { return }
    let before = files[number]?.allocated ?? 0
    body(&files[number, default: SimulatedFile()])
    allocated += (files[number]?.allocated ?? 0) - before
  }

  /// Appending and syncing change no more than they must.
  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, in number: Int) {
    change(number) { $0.write(bytes, at: offset) }
  }

  // MARK: - What happens to the whole disk

  /// The power is gone: what was pending is there or not. Files without a name are gone.
  package mutating func cutPower(using random: inout SplitMix64) {
    losePending(using: &random)
    removeUnreachable()
  }

  /// As `cutPower`, for one who looks at what has a name only.
  mutating func losePending(using random: inout SplitMix64) {
    for path in directories.keys.sorted() { directories[path]?.cutPower(using: &random) }
    let unsettled = files.filter { !$0.value.isSettled }.keys
    for number in unsettled.sorted() { files[number]?.cutPower(using: &random) }
  }

  /// The machine was idle, or short of memory: clean pages are read from the disk again.
  mutating func dropCaches() {
    for number in files.filter({ !$0.value.isSettled }).keys { files[number]?.dropCache() }
  }

  /// Nobody has a file open: those without a name are gone.
  mutating func removeUnreachable() {
    var reachable: Set<Int> = []
    for path in directories.keys.sorted() {
      guard path.isEmpty || node(at: path) == .directory else {
        directories[path] = nil
        continue
      }
      for case .file(let number) in directories[path]?.entries.values.map({ $0 }) ?? [] {
        reachable.insert(number)
      }
      for change in directories[path]?.pending ?? [] {
        if case .link(_, .file(let number)) = change { reachable.insert(number) }
      }
      for case .file(let number) in directories[path]?.durable.values.map({ $0 }) ?? [] {
        reachable.insert(number)
      }
    }
    for number in files.keys where !reachable.contains(number) { files[number] = nil }
    allocated = files.values.reduce(0) { $0 + $1.allocated }
  }

  /// Of all files that are on the disk as processes see them, the version.
  var versionsOfSettledFiles: [Int: Int] { files.filter(\.value.isSettled).mapValues(\.version) }

  /// The names in a directory and the numbers of their files, in order.
  func files(in directory: String) -> [(name: String, number: Int)] {
    let entries = directories[directory]?.entries.sorted { $0.key < $1.key } ?? []
    return entries.compactMap { name, node in
      if case .file(let number) = node { (name, number) } else { nil }
    }
  }

  /// Whether a file in a directory has a name that it may not keep when the power is lost.
  func hasPendingRenames(in directory: String) -> Bool {
    directories[directory]?.pending.contains { if case .rename = $0 { true } else { false } }
      ?? false
  }

  /// Nobody sees the name any more.
  mutating func hide(_ name: String, in directory: String) { directories[directory]?.hide(name) }

  /// The paths of all files, sorted.
  var paths: [String] {
    directories.keys.sorted().flatMap { path in
      (directories[path]?.entries ?? [:]).filter { $0.value != .directory }.keys.sorted()
        .map { "\(path)/\($0)" }
    }
  }

  /// The number of the file of this path.
  func file(at path: String) -> Int? {
    guard case .file(let number)? = node(at: path) else { return nil }
    return number
  }
}
