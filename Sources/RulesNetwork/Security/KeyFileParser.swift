/// Makes keys of the text of a key file, without a copy of any secret but the key's own.
struct KeyFileParser {
  let path: String

  /// The keys in the order of the lines.
  func parse(_ text: UnsafeRawBufferPointer) throws(ClusterKeysError) -> [ClusterKey] {
    var keys: [ClusterKey] = []
    var number = 0
    var rest = text[...]
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = trim(rest[..<end])
      rest = rest[end...].dropFirst()
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      let key = try parse(line: line, number: number)
      guard !keys.contains(where: { $0.id == key.id }) else {
        throw error(number, "a key of this name stands above already")
      }
      guard keys.count < ClusterKeys.maximumKeyCount else {
        throw error(number, "more than \(ClusterKeys.maximumKeyCount) keys")
      }
      keys.append(key)
    }
    guard !keys.isEmpty else { throw error(nil, "there is no key in it") }
    return keys
  }

  private typealias Text = Slice<UnsafeRawBufferPointer>

  private func parse(line: Text, number: Int) throws(ClusterKeysError) -> ClusterKey {
    let fields = line.split(
      separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 3 else { throw error(number, "name:role:secret is expected") }
    let (id, role, digits) = (trim(fields[0]), trim(fields[1]), trim(fields[2]))
    guard ClusterKey.isID(id) else {
      throw error(
        number, "a name has 1 to 64 bytes: letters, digits, '.', '_' and '-'")
    }
    guard let role = ClusterRole.allCases.first(where: { $0.description.utf8.elementsEqual(role) })
    else {
      let names = ClusterRole.allCases.map(\.description).joined(separator: ", ")
      throw error(number, "no such role; the roles are \(names)")
    }
    let secret = try parse(secret: digits, number: number)
    return ClusterKey(id: String(decoding: id, as: UTF8.self), role: role, secret: secret)
  }

  private func parse(secret digits: Text, number: Int) throws(ClusterKeysError) -> SecretBytes {
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ hexValue($0) != nil }) else {
      throw error(number, "the secret is not an even number of hexadecimal digits")
    }
    let allowed = ClusterKey.secretByteCount
    guard allowed.contains(digits.count / 2) else {
      throw error(
        number,
        "the secret has \(digits.count / 2) bytes; "
          + "\(allowed.lowerBound) to \(allowed.upperBound) are needed")
    }
    return SecretBytes(count: digits.count / 2) { bytes in
      var value: UInt8 = 0
      for (index, digit) in digits.enumerated() {
        value = value << 4 | (hexValue(digit) ?? 0)
        if !index.isMultiple(of: 2) { bytes[index / 2] = value }
      }
    }
  }

  private func trim(_ text: Text) -> Text {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    let start = text.firstIndex { !isBlank($0) } ?? text.endIndex
    let end = text.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
    return text[start..<max(start, end)]
  }

  private func error(_ line: Int?, _ reason: String) -> ClusterKeysError {
    ClusterKeysError(path: path, line: line, reason: reason)
  }
}
