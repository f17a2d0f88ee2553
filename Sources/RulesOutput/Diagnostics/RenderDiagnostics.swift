import RulesLanguage

/// Diagnostics as text for people and for tools that parse compiler output.
///
/// ```text
/// Segment.rules:31:12: error: 2 of 124 consistent states are unhandled [gap]
///    31 |       rule R6 "footer not sent"
///       |            ^~
///    missing  server == chosen, header == committed, not following.opened
/// ServerFailure.rules:9:8: note: this task changes the same facts
/// ```
/// The first line is what SwiftPM and editors look for. Notes without a place follow indented,
/// notes with one get a line of their own. Control characters of the source are shown as `?`, so
/// that a rules file cannot write escape sequences to a terminal.
///
/// - Parameter files: what the positions index.
/// - Returns: the text, each line ended; empty when there is no diagnostic.
public func render(_ diagnostics: [Diagnostic], files: [SourceFile]) -> String {
  var lines = SourceLines(files: files)
  return diagnostics.map { render($0, &lines) }.joined()
}

private func render(_ diagnostic: Diagnostic, _ lines: inout SourceLines) -> String {
  var text =
    "\(lines.place(diagnostic.position)): \(diagnostic.severity.rawValue):"
    + " \(printable(diagnostic.message)) [\(diagnostic.code)]\n"
  if let line = lines.line(at: diagnostic.position) {
    text += snippet(line, at: diagnostic.position)
  }
  let indented = diagnostic.notes.filter { $0.position == nil }
  let width = indented.map(\.title.count).max() ?? 0
  for note in indented { text += render(note, titleWidth: width) }
  for note in diagnostic.notes {
    guard let position = note.position else { continue }
    let title = note.title == "note" ? "" : "\(note.title): "
    text += "\(lines.place(position)): note: \(printable(title + note.text))\n"
  }
  return text
}

/// The title in a column of its own; further lines of the text stand under its first one.
private func render(_ note: Diagnostic.Note, titleWidth: Int) -> String {
  let indent = String(repeating: " ", count: gutterWidth - 2)
  let title = note.title + String(repeating: " ", count: titleWidth - note.title.count)
  let blank = String(repeating: " ", count: titleWidth)
  let parts = note.text.split(separator: "\n", omittingEmptySubsequences: false)
  return parts.enumerated().map { index, part in
    "\(indent)\(index == 0 ? title : blank)  \(printable(String(part)))\n"
  }.joined()
}

// MARK: The offending line

/// Columns of the line number.
private let gutterWidth = 5
/// Characters of a long line that are shown before and after the caret.
private let shownAround = 60

private func snippet(_ characters: [Character], at position: SourcePosition) -> String {
  let caret = min(max(0, position.column - 1), characters.count)
  let start = caret > 2 * shownAround ? caret - shownAround : 0
  let end = min(characters.count, max(caret + shownAround, start + 2 * shownAround))
  var shown = printable(String(characters[start..<end]))
  if start > 0 { shown = "…" + shown }
  if end < characters.count { shown += "…" }

  let number = String(position.line)
  let padding = String(repeating: " ", count: max(0, gutterWidth - number.count))
  let gutter = String(repeating: " ", count: max(gutterWidth, number.count))
  let indent = String(repeating: " ", count: caret - start + (start > 0 ? 1 : 0))
  let rest = characters[caret..<end].dropFirst().prefix { isNamePart($0) }
  let isName = caret < end && isNamePart(characters[caret])
  let underline = "^" + String(repeating: "~", count: isName ? rest.count : 0)
  return "\(padding)\(number) | \(shown)\n\(gutter) | \(indent)\(underline)\n"
}

private func isNamePart(_ character: Character) -> Bool {
  character.isASCII && (character.isLetter || character.isNumber) || character == "_"
}

/// Tabs as one space, so that the caret stands right; other control characters as `?`.
private func printable(_ text: String) -> String {
  String(
    text.map { character in
      if character == "\t" { return " " }
      let isControl = character.unicodeScalars.contains { scalar in
        scalar.properties.generalCategory == .control
          || scalar.properties.generalCategory == .format
      }
      return isControl ? "?" : character
    })
}
