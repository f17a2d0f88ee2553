import RulesLanguage

/// Finds the places of a file where a suggested change goes. Works on the text, because the model
/// only knows where names stand; where the text is not as expected there is no suggestion.
struct SourceEdits {
  private let file: Int
  private let lines: [Substring]

  init(_ program: Program, file: Int) {
    self.file = file
    let text = program.files.indices.contains(file) ? program.files[file].text : ""
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  // MARK: A clause at the end of a scope

  /// Puts a line at the end of the braces that follow a name.
  func insertion(of text: String, atEndOfScope name: SourcePosition) -> Diagnostic.Fix.Edit? {
    guard let brace = closingBrace(after: name) else { return nil }
    let line = lines[brace.line - 1]
    let indent = String(lines[name.line - 1].prefix { $0 == " " || $0 == "\t" })
    let isFirst = line.prefix { $0 == " " || $0 == "\t" }.count == brace.column - 1
    let inserted = isFirst ? "\(indent)  \(text)\n" : " \(text) "
    let place =
      isFirst ? SourcePosition(file: file, line: brace.line, column: 1) : brace
    return Diagnostic.Fix.Edit(SourceRange(start: place, end: place), inserted)
  }

  /// The `}` of the first `{` after a place, outside round and square brackets. Strings and
  /// comments are skipped; Swift text has balanced braces, so it needs no care.
  private func closingBrace(after place: SourcePosition) -> SourcePosition? {
    var depth = 0
    var brackets = 0
    var isInString = false
    guard lines.indices.contains(place.line - 1) else { return nil }
    for line in place.line...lines.count {
      let characters = Array(lines[line - 1])
      var index = line == place.line ? place.column - 1 : 0
      isInString = false
      while index < characters.count {
        let character = characters[index]
        if isInString {
          if character == "\\" { index += 1 } else if character == "\"" { isInString = false }
        } else if character == "/", index + 1 < characters.count, characters[index + 1] == "/" {
          break
        } else {
          switch character {
          case "\"": isInString = true
          case "(", "[": brackets += 1
          case ")", "]": brackets -= 1
          case "{" where brackets == 0 || depth > 0: depth += 1
          case "}" where depth == 1:
            return SourcePosition(file: file, line: line, column: index + 1)
          case "}" where depth > 1: depth -= 1
          default: break
          }
        }
        index += 1
      }
    }
    return nil
  }

  // MARK: `over`

  /// Makes a clause overrule another one: a new `over` after its name and label, or one more name
  /// after the `over` that it has.
  func overruling(_ name: String, by clause: ClauseModel) -> Diagnostic.Fix.Edit? {
    guard !clause.isGoal, lines.indices.contains(clause.position.line - 1) else { return nil }
    let characters = Array(lines[clause.position.line - 1])
    var index = clause.position.column - 1 + clause.name.count
    guard index <= characters.count else { return nil }
    var end = index
    func skipBlanks() { while index < characters.count, characters[index] == " " { index += 1 } }
    skipBlanks()
    if index < characters.count, characters[index] == "\"" {
      index += 1
      while index < characters.count, characters[index] != "\"" {
        index += characters[index] == "\\" ? 2 : 1
      }
      guard index < characters.count else { return nil }
      index += 1
      end = index
      skipBlanks()
    }
    let hasOver = characters.dropFirst(index).starts(with: "over ")
    guard hasOver != clause.over.isEmpty else { return nil }
    let column = hasOver ? index + 6 : end + 1
    let place = SourcePosition(file: file, line: clause.position.line, column: column)
    return Diagnostic.Fix.Edit(
      SourceRange(start: place, end: place), hasOver ? "\(name), " : " over \(name)")
  }

  // MARK: Facts

  /// Takes a fact's declaration away, if it stands alone on its line.
  func deletion(of variable: VariableModel) -> Diagnostic.Fix.Edit? {
    let line = variable.position.line
    guard lines.indices.contains(line - 1), line < lines.count else { return nil }
    let characters = Array(lines[line - 1])
    let words = String(characters.prefix(variable.position.column - 1)).split(separator: " ")
    let rest = String(characters.dropFirst(variable.position.column - 1))
    let names = rest.prefix { $0 != ":" }
    guard words.last == "fact", words.dropLast().allSatisfy({ $0 == "lazy" || $0 == "stable" }),
      rest.contains(":"), !names.contains(","),
      rest.filter({ "([{".contains($0) }).count == rest.filter({ ")]}".contains($0) }).count
    else { return nil }
    return Diagnostic.Fix.Edit(
      SourceRange(
        start: SourcePosition(file: file, line: line, column: 1),
        end: SourcePosition(file: file, line: line + 1, column: 1)), "")
  }
}
