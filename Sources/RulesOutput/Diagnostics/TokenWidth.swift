/// How many characters the token has that starts at a place of a line: what a message underlines. A
/// name, a number, a string, an operator; anything else is one character wide.
func tokenWidth(_ line: [Character], at start: Int) -> Int {
  guard start < line.count else { return 1 }
  let rest = line[start...]
  let first = line[start]
  if isNamePart(first) { return rest.prefix(while: isNamePart).count }
  if first == "-", let next = rest.dropFirst().first, next.isNumber {
    return 1 + rest.dropFirst().prefix(while: isNamePart).count
  }
  if first == "\"" { return stringWidth(rest) }
  let pair = String(rest.prefix(2))
  return ["==", "!=", "<=", ">=", "=>"].contains(pair) ? 2 : 1
}

/// With its quotes; of a string that is not closed, the rest of the line.
private func stringWidth(_ text: ArraySlice<Character>) -> Int {
  var isEscaped = false
  for (width, character) in text.enumerated() where width > 0 {
    if character == "\"", !isEscaped { return width + 1 }
    isEscaped = character == "\\" && !isEscaped
  }
  return text.count
}

private func isNamePart(_ character: Character) -> Bool {
  character.isASCII && (character.isLetter || character.isNumber) || character == "_"
}
