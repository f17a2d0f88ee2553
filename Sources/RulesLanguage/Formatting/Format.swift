/// The text of a rules file in the one style there is.
///
/// - Two spaces a level; lines of at most 100 characters, but for strings, comments and Swift text.
/// - An item a line. A rule has its `when`, `do` and `then` on lines of their own, a wait or an event
///   only if it is too long for one line; these words stand in a column of their own.
/// - Facts, chains, `related`, `define`, `always`, goals, waits, events and enums that follow each
///   other without an empty line are aligned in columns, unless a line would become too long.
/// - What is too long ends its line behind `,` and `;` and before `and`, `or`, `=>`; outermost first;
///   it goes on below where it started.
/// - Two spaces stand before `initially`, `absent`, the `then` of an event, `warn`, `budget` and the
///   `or` between effects.
/// - Empty lines are kept, one at most; none at the start and end of a body; one before a task or a
///   pool. Line ends are otherwise of no account: the style depends on the words alone.
/// - Comments stay before or behind the word where they stand; those behind neighbouring lines are
///   aligned.
/// - Swift text stays as it is. Its further lines move with its first one, unless there is a
///   multi-line string or a tab among them.
///
/// `format` of its own result is that result. The tokens, the comments and their order are those of
/// the file.
///
/// - Returns: the text; or the syntax errors of the file, which then has no style. Positions are of
///   file 0.
/// - Complexity: O(characters × nesting).
public func format(_ file: SourceFile) -> Checked<String> {
  let parsed = parse(file, index: 0)
  guard parsed.diagnostics.isEmpty else {
    return Checked(value: nil, diagnostics: parsed.diagnostics)
  }
  do throws(SwiftTextError) {
    var reader = LayoutReader(try readWords(file))
    var writer = LineWriter()
    writer.write(reader.readFile(), indentation: 0)
    return Checked(value: writer.text(), diagnostics: [])
  } catch {
    let diagnostic = Diagnostic("syntax", at: error.position, error.message)
    return Checked(value: nil, diagnostics: [diagnostic])
  }
}
