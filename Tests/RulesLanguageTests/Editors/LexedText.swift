@testable import RulesLanguage

/// What the compiler takes the parts of a text for, found with its lexer and without its parser:
/// Swift text stands behind `do`, behind the `in` of an each and behind the `=` of a fact.
struct LexedText {
  var tokens: [Token] = []
  /// The byte ranges of Swift text, without white space at their ends.
  var swift: [Range<Int>] = []

  init(_ text: String) throws {
    var lexer = Lexer(text: text, file: 0)
    var item = Keyword.task
    while true {
      let token = lexer.next()
      tokens.append(token)
      switch token.kind {
      case .endOfFile: return
      case .keyword(.do): try scan(.action, &lexer)
      case .keyword(.in) where item == .each: try scan(.collection, &lexer)
      case .symbol(.assign) where item == .fact: try scan(.expression, &lexer)
      case .keyword(let keyword) where Self.items.contains(keyword): item = keyword
      case .symbol(.leftBrace): item = .task
      default: break
      }
    }
  }

  private static let items: Set<Keyword> = [
    .fact, .lazy, .stable, .define, .always, .each, .event, .when, .rule, .wait, .goal, .related,
  ]

  private mutating func scan(_ mode: SwiftTextMode, _ lexer: inout Lexer) throws {
    let start = lexer.offset
    let text = Array(try lexer.scanSwiftText(mode).text.utf8)
    let place = (start...lexer.offset).first { lexer.bytes[$0...].starts(with: text) }
    if let place { swift.append(place..<(place + text.count)) }
  }
}
