import RulesLanguage

/// Diagnostics as text for people and for tools that parse compiler output.
///
/// ```text
/// Segment.rules:31:12: error: 2 of 124 consistent states are unhandled [gap]
///    31 |       rule R6 "footer not sent"
///       |            ^~
///    missing  server == chosen, header == committed, not following.opened
///    nearest  rule R6, which also needs following.opened (line 31)
///    fix      Delete 'R6'
/// ServerFailure.rules:9:8: note: this task changes the same facts
/// ```
/// The first line is what SwiftPM and editors look for. Notes follow indented, in their order; a
/// plain `note` with a place, or one in another file, gets a line of its own. Fixes are shown unless the message or a note has their
/// text already. Control characters of the source are shown as `?`, so that a rules file cannot
/// write escape sequences to a terminal.
///
/// - Parameters:
///   - files: what the positions index.
///   - isColoured: for a terminal, with escape sequences that colour it. What is written is the same.
/// - Returns: the text, each line ended; empty when there is no diagnostic.
public func render(
  _ diagnostics: [Diagnostic], files: [SourceFile], isColoured: Bool = false
) -> String {
  var renderer = DiagnosticRenderer(
    lines: SourceLines(files: files), paint: Palette(isColoured: isColoured))
  return diagnostics.map { renderer.render($0) }.joined()
}

private struct DiagnosticRenderer {
  var lines: SourceLines
  let paint: Palette

  mutating func render(_ diagnostic: Diagnostic) -> String {
    let colour: Palette.Colour = diagnostic.severity == .error ? .red : .yellow
    let severity = paint(colour, "\(diagnostic.severity.rawValue):")
    var text =
      "\(paint(.bold, lines.place(diagnostic.position) + ":")) \(severity)"
      + " \(paint(.bold, printable(diagnostic.message))) [\(diagnostic.code)]\n"
    if let line = lines.line(at: diagnostic.position) {
      text += snippet(line, at: diagnostic.position)
    }
    let notes = diagnostic.notes.map { ($0, isDetail: isDetail($0, of: diagnostic)) }
    let details = notes.filter(\.isDetail).map(\.0) + fixNotes(of: diagnostic)
    let width = details.map(\.title.count).max() ?? 0
    for note in details { text += detail(note, titleWidth: width) }
    for (note, isDetail) in notes where !isDetail {
      guard let position = note.position else { continue }
      let title = note.title == "note" ? "" : "\(note.title): "
      text +=
        "\(paint(.bold, lines.place(position) + ":")) \(paint(.blue, "note:"))"
        + " \(printable(title + note.text))\n"
    }
    return text
  }

  private func isDetail(_ note: Diagnostic.Note, of diagnostic: Diagnostic) -> Bool {
    guard let position = note.position else { return true }
    return position.file == diagnostic.position.file && note.title != "note"
  }

  /// The title in a column of its own; further lines of the text stand under its first one.
  private func detail(_ note: Diagnostic.Note, titleWidth: Int) -> String {
    let indent = String(repeating: " ", count: gutterWidth - 2)
    let padding = String(repeating: " ", count: titleWidth - note.title.count)
    let blank = String(repeating: " ", count: titleWidth)
    let place = note.position.map { " (line \($0.line))" } ?? ""
    let parts = (note.text + place).split(separator: "\n", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
      let title = index == 0 ? paint(.blue, printable(note.title)) + padding : blank
      return "\(indent)\(title)  \(printable(String(part)))\n"
    }.joined()
  }

  // MARK: The offending line

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
    let width = min(tokenWidth(characters, at: caret), max(1, end - caret))
    let underline = "^" + String(repeating: "~", count: width - 1)
    return "\(padding)\(paint(.blue, "\(number) |")) \(shown)\n"
      + "\(gutter) \(paint(.blue, "|")) \(indent)\(paint(.green, underline))\n"
  }
}

/// Columns of the line number.
private let gutterWidth = 5
/// Characters of a long line that are shown before and after the caret.
private let shownAround = 60

/// The fixes that nobody has mentioned yet.
private func fixNotes(of diagnostic: Diagnostic) -> [Diagnostic.Note] {
  let said = ([diagnostic.message] + diagnostic.notes.map(\.text)).map(oneLine)
  return diagnostic.fixes.compactMap { fix in
    let texts = fix.edits.map(\.text).map(oneLine).filter { !$0.isEmpty }
    let isSaid =
      !texts.isEmpty && texts.allSatisfy { text in said.contains { $0.contains(text) } }
    if isSaid || said.contains(where: { $0.contains(fix.title) }) { return nil }
    return Diagnostic.Note("fix", fix.title)
  }
}

/// With single spaces, and without line ends.
func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
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
