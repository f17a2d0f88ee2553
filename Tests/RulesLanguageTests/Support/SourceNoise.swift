@testable import RulesLanguage

/// Writes the words of a file with random white space and comments between them, where the language
/// allows them: not between `do` and its action, and a line end behind Swift text.
struct SourceNoise {
  private var random: SeededGenerator
  private var comments = 0

  private let isPlain: Bool

  /// - Parameter isPlain: without comments and empty lines.
  init(seed: UInt64, isPlain: Bool = false) {
    random = SeededGenerator(seed: seed)
    self.isPlain = isPlain
  }

  mutating func rewrite(_ words: [SourceWord]) -> String {
    var text = ""
    for (index, word) in words.enumerated() {
      if word.token == nil {
        text += pick([" ", "  ", "\t"])
      } else if index > 0, words[index - 1].token == nil {
        let endsSwift =
          word.isKeyword(.then) || word.isSymbol(.leftBrace) || word.isSymbol(.rightBrace)
        text += endsSwift && chance(2) ? " " : lineEnd()
      } else {
        let spaces = [" ", "  ", "\n", "\t", "\n    ", " \r\n"] + (isPlain ? [] : ["\n\n\n"])
        text += chance(6) ? lineEnd() : pick(spaces)
      }
      text += word.text
    }
    return text + (chance(2) ? lineEnd() : "")
  }

  /// Ends the line, perhaps with a comment, perhaps with some more on lines of their own.
  private mutating func lineEnd() -> String {
    if isPlain { return "\n" }
    var text = chance(2) ? " " + comment() : ""
    text += "\n"
    while chance(3) { text += pick(["\n", "   ", comment() + "\n", comment() + "\n\n\n"]) }
    return text
  }

  private mutating func comment() -> String {
    comments += 1
    return pick(["// c", "/// d", "//e", "//// f", "// then }  "]) + String(comments)
      + pick(["", " ", "\t", "\r"])
  }

  private mutating func chance(_ oneIn: Int) -> Bool {
    Int.random(in: 0..<oneIn, using: &random) == 0
  }

  private mutating func pick(_ choices: [String]) -> String {
    choices[Int.random(in: 0..<choices.count, using: &random)]
  }
}
