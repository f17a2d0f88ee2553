/// A Swift condition before it is text, so that long ones can be broken at their operators.
indirect enum SwiftExpression {
  case atom(String)
  /// `a ?? b` and the like: in brackets where it is a part.
  case loose(String)
  case and([SwiftExpression])
  case or([SwiftExpression])

  /// All of these; a part that is a constant is folded away.
  static func all(_ parts: [SwiftExpression]) -> SwiftExpression {
    if parts.contains(where: { $0.text == "false" }) { return .atom("false") }
    let open = parts.filter { $0.text != "true" }
    return open.count == 1 ? open[0] : open.isEmpty ? .atom("true") : .and(open)
  }

  /// Any of these; a part that is a constant is folded away.
  static func any(_ parts: [SwiftExpression]) -> SwiftExpression {
    if parts.contains(where: { $0.text == "true" }) { return .atom("true") }
    let open = parts.filter { $0.text != "false" }
    return open.count == 1 ? open[0] : open.isEmpty ? .atom("false") : .or(open)
  }

  var text: String {
    switch self {
    case .atom(let text), .loose(let text): text
    case .and(let parts): parts.map(\.partText).joined(separator: " && ")
    case .or(let parts): parts.map(\.partText).joined(separator: " || ")
    }
  }

  /// As a part of another one.
  var partText: String {
    if case .atom(let text) = self { return text }
    return "(\(text))"
  }

  /// The lines of `head condition {`; the brace stands alone below a broken condition.
  func opening(head: String, room: Int) -> [String] {
    let flat = lines(head: head, tail: " {", room: room)
    return flat.count == 1 ? flat : lines(head: head, tail: "", room: room) + ["{"]
  }

  /// The lines of `head condition tail`: one if there is room, else one for each part of the
  /// outermost operator, the operator first.
  func lines(head: String, tail: String, room: Int) -> [String] {
    let flat = head + text + tail
    guard flat.count > room else { return [flat] }
    let parts: [SwiftExpression]
    let sign: String
    switch self {
    case .atom, .loose: return [flat]
    case .and(let list): (parts, sign) = (list, "&&")
    case .or(let list): (parts, sign) = (list, "||")
    }
    return parts.enumerated().map { index, part in
      let end = index == parts.count - 1 ? tail : ""
      return index == 0 ? head + part.partText + end : "  \(sign) \(part.partText)\(end)"
    }
  }
}
