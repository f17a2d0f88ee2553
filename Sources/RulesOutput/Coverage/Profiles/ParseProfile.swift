/// Reads the text of one profile, version 1.
///
/// ```text
/// swift-rules profile 1
/// process replog 4711
/// task Segment 4773ccb57e9aa3b8 rules/ReplicatedLog/Segment.rules
/// scope Segment.replica 18
/// state 4f 2 120
/// overflow 2 17
/// end 0f3c9a1b5d7e2468
/// ```
///
/// The whole file is read or none of it: one that was cut off, or of which a byte was changed, has
/// another checksum than its last line says. Time and memory are proportional to the bytes.
public func parseProfile(_ bytes: [UInt8]) throws(ProfileError) -> Profile {
  try checkFrame(bytes)
  var parser = ProfileParser()
  for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .dropLast(2)
  {
    try parser.read(line)
  }
  guard parser.hasProcess else { throw ProfileError("its `process` line is missing") }
  return parser.profile
}

private let header = Array("swift-rules profile 1\n".utf8)
private let anyHeader = Array("swift-rules profile ".utf8)
private let endWord = Array("end ".utf8)

/// Throws unless the first line is the header and the last one the checksum of all before it.
private func checkFrame(_ bytes: [UInt8]) throws(ProfileError) {
  guard bytes.starts(with: header) else {
    guard bytes.starts(with: anyHeader) else {
      throw ProfileError(
        bytes.isEmpty ? "it is empty" : "it does not begin with `swift-rules profile 1`")
    }
    let version = bytes[anyHeader.count...].prefix { $0 > 0x20 && $0 < 0x7f }.prefix(20)
    throw ProfileError(
      "it is of version \(String(decoding: version, as: UTF8.self)), and only version 1 is known")
  }
  guard let end = startOfEnd(bytes) else { throw ProfileError("it is cut off: no `end` line") }
  let line = bytes[end...].prefix { $0 != UInt8(ascii: "\n") }
  guard end + line.count < bytes.count else { throw ProfileError("it is cut off in its last line") }
  guard end + line.count + 1 == bytes.count else {
    throw ProfileError("something stands behind its `end` line")
  }
  guard let said = hexadecimal(line.dropFirst(endWord.count), digits: 16) else {
    throw ProfileError("its `end` line has no checksum")
  }
  var hash = Fnv1a()
  hash.add(bytes[..<end])
  guard hash.value == said else {
    throw ProfileError("it is damaged: its checksum is not that of its content")
  }
}

/// Where the first line that begins with `end ` starts.
private func startOfEnd(_ bytes: [UInt8]) -> Int? {
  var start = 0
  while start < bytes.count {
    if bytes[start...].starts(with: endWord) { return start }
    guard let next = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    start = next + 1
  }
  return nil
}

/// The records of one profile, line by line.
private struct ProfileParser {
  typealias Line = ArraySlice<UInt8>

  private(set) var profile = Profile(process: "")
  private(set) var hasProcess = false
  private var number = 0

  mutating func read(_ line: Line) throws(ProfileError) {
    number += 1
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    switch String(decoding: parts[0], as: UTF8.self) {
    case "swift-rules" where number == 1: return
    case "process" where number == 2 && parts.count >= 3:
      profile.process = try text(line.dropFirst(8))
      hasProcess = true
    case "task" where parts.count >= 4: try readTask(parts)
    case "scope" where parts.count == 3: try readScope(parts)
    case "state" where parts.count == 4: try readState(parts)
    case "overflow" where parts.count == 3: try readOverflow(parts)
    default: throw error("this is no record of a profile")
    }
  }

  private mutating func readTask(_ parts: [Line]) throws(ProfileError) {
    guard let hash = hexadecimal(parts[2], digits: 16) else {
      throw error("a task has a hash of 16 hexadecimal digits")
    }
    let path = Line(parts[3...].joined(separator: [UInt8(ascii: " ")]))
    let task = Profile.Task(name: try text(parts[1]), contentHash: hash, path: try text(path))
    guard hasProcess else { throw error("`process` comes first") }
    profile.tasks.append(task)
  }

  private mutating func readScope(_ parts: [Line]) throws(ProfileError) {
    let scope = Profile.Scope(name: try text(parts[1]), leafCount: try count(parts[2]))
    guard let task = profile.tasks.indices.last else { throw error("a scope belongs to a task") }
    profile.tasks[task].scopes.append(scope)
  }

  private mutating func readState(_ parts: [Line]) throws(ProfileError) {
    var words: [UInt64] = []
    for part in parts[1].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      guard let word = hexadecimal(part) else { throw error("this is no state word") }
      words.append(word)
    }
    let state = Profile.State(
      words: words, leaf: try count(parts[2]), count: try evaluations(parts[3]))
    try addToScope(leaf: state.leaf) { $0.states.append(state) }
  }

  private mutating func readOverflow(_ parts: [Line]) throws(ProfileError) {
    let overflow = Profile.Overflow(leaf: try count(parts[1]), count: try evaluations(parts[2]))
    try addToScope(leaf: overflow.leaf) { $0.overflow.append(overflow) }
  }

  private mutating func addToScope(
    leaf: Int, _ add: (inout Profile.Scope) -> Void
  ) throws(ProfileError) {
    guard let task = profile.tasks.indices.last,
      let scope = profile.tasks[task].scopes.indices.last
    else { throw error("a record belongs to a scope") }
    let leafCount = profile.tasks[task].scopes[scope].leafCount
    guard leaf < leafCount else {
      throw error("there is no leaf \(leaf) among \(leafCount)")
    }
    add(&profile.tasks[task].scopes[scope])
  }

  // MARK: Fields

  private func error(_ message: String) -> ProfileError { ProfileError(line: number, message) }

  private func text(_ bytes: Line) throws(ProfileError) -> String {
    guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
      throw error("a name is missing")
    }
    return text
  }

  private func count(_ bytes: Line) throws(ProfileError) -> Int {
    guard let number = decimal(bytes), let count = Int(exactly: number) else {
      throw error("a number is wrong")
    }
    return count
  }

  private func evaluations(_ bytes: Line) throws(ProfileError) -> UInt64 {
    guard let number = decimal(bytes), number > 0 else {
      throw error("a count is a number above 0 that fits 64 bits")
    }
    return number
  }
}

/// A decimal number of digits only; nil also when 64 bits cannot hold it.
private func decimal(_ bytes: ArraySlice<UInt8>) -> UInt64? {
  guard !bytes.isEmpty, bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
  return UInt64(String(decoding: bytes, as: UTF8.self))
}

/// A number in lower-case hexadecimal digits: exactly so many, or without leading zeros.
private func hexadecimal(_ bytes: ArraySlice<UInt8>, digits: Int? = nil) -> UInt64? {
  guard let first = bytes.first,
    bytes.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
    digits.map({ $0 == bytes.count }) ?? (first != UInt8(ascii: "0") || bytes.count == 1)
  else { return nil }
  return UInt64(String(decoding: bytes, as: UTF8.self), radix: 16)
}
