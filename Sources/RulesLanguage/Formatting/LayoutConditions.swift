extension LayoutReader {
  /// `cond = alt [ "=>" cond ]`: a line may end before each `=>`.
  mutating func readCondition() -> Layout {
    var parts = [readAlternatives()]
    while current.isSymbol(.implies) { parts.append(.joined([take(), readAlternatives()])) }
    return .filled(parts)
  }

  private mutating func readAlternatives() -> Layout {
    var parts = [readConjunction()]
    while current.isKeyword(.or) { parts.append(.joined([take(), readConjunction()])) }
    return .filled(parts)
  }

  /// A line may end behind each `,` and before each `and`.
  private mutating func readConjunction() -> Layout {
    var parts = [readUnary()]
    while true {
      if current.isSymbol(.comma) {
        parts[parts.count - 1] = .joined([parts[parts.count - 1], take(space: 0)])
        parts.append(readUnary())
      } else if current.isKeyword(.and) {
        parts.append(.joined([take(), readUnary()]))
      } else {
        return .filled(parts)
      }
    }
  }

  private mutating func readUnary() -> Layout {
    if current.isKeyword(.not) { return .joined([take(), readUnary()]) }
    if current.isSymbol(.leftParenthesis) {
      return .joined([take(), readCondition().spaced(0), take(space: 0)])
    }
    if startsQuantifier {
      return .joined([take(), take(), take(space: 0), readUnary()])
    }
    if current.isWord(.one), next().isWord(.of) { return readOneOf() }
    return readAtom()
  }

  private var startsQuantifier: Bool {
    guard case .identifier(let word)? = current.token, next().isName else { return false }
    return Condition.Quantifier(rawValue: word) != nil && next(2).isSymbol(.colon)
  }

  /// `one of { header == sent; committed < sent }`
  private mutating func readOneOf() -> Layout {
    let words = [take(), take(), take()]
    var parts = [readCondition()]
    while current.isSymbol(.semicolon) {
      parts[parts.count - 1] = .joined([parts[parts.count - 1], take(space: 0)])
      parts.append(readCondition())
    }
    return .joined(words + [.filled(parts), take()])
  }

  private mutating func readAtom() -> Layout {
    let path = readPath()
    if current.isKeyword(.in) { return .joined([path, take(), readBraced()]) }
    if case .symbol(let symbol)? = current.token,
      Condition.Relation(rawValue: symbol.rawValue) != nil
    {
      return .joined([path, take(), take()])
    }
    return path
  }

  /// A name, `true` or `false`, with what follows its dots.
  mutating func readPath() -> Layout {
    var parts = [take()]
    while current.isSymbol(.dot) { parts += [take(space: 0), take(space: 0)] }
    return .joined(parts)
  }

  /// `{ chosen, none }`
  mutating func readBraced() -> Layout {
    .joined([take(), readList { $0.take() }, take()])
  }

  /// One or more, with `,` between them.
  mutating func readList(_ readPart: (inout LayoutReader) -> Layout) -> Layout {
    var parts = [readPart(&self)]
    while current.isSymbol(.comma) {
      parts[parts.count - 1] = .joined([parts[parts.count - 1], take(space: 0)])
      parts.append(readPart(&self))
    }
    return .filled(parts)
  }
}
