import RulesLanguage

/// The path of a `file:` URI, percent signs decoded, normalised. A URI of another scheme, such as
/// that of a document without a file, is its own path.
func path(ofURI uri: String) -> String {
  let scheme = "file://"
  guard uri.hasPrefix(scheme) else { return uri }
  // A host before the path is not looked at.
  let rest = Array(uri.utf8.dropFirst(scheme.utf8.count).drop { $0 != UInt8(ascii: "/") })
  var bytes: [UInt8] = []
  var index = 0
  while index < rest.count {
    if rest[index] == UInt8(ascii: "%"), index + 2 < rest.count,
      let high = hexDigit(rest[index + 1]), let low = hexDigit(rest[index + 2])
    {
      bytes.append(high << 4 | low)
      index += 3
    } else {
      bytes.append(rest[index])
      index += 1
    }
  }
  return normalised(String(decoding: bytes, as: UTF8.self))
}

/// The `file:` URI of an absolute path.
func fileURI(ofPath path: String) -> String {
  guard path.hasPrefix("/") else { return path }
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes = Array("file://".utf8)
  for byte in path.utf8 {
    if isUnreserved(byte) {
      bytes.append(byte)
    } else {
      bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
}

/// What a path in a URI may contain as it is (RFC 3986), and `/`.
private func isUnreserved(_ byte: UInt8) -> Bool {
  let character = Character(Unicode.Scalar(byte))
  return character.isASCII
    && (character.isLetter || character.isNumber || "-._~/".contains(character))
}
