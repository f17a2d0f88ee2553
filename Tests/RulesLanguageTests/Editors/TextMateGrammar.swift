import Foundation

/// Reads a TextMate grammar and colours text with it, line by line, as editors do: at each place
/// the pattern that matches first wins, of several the one listed first, the end of the enclosing
/// pattern before all.
struct TextMateGrammar {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// One pattern; `end` makes it a region, no expression at all a list of patterns.
  final class Pattern {
    var name: String?
    var contentName: String?
    var include: String?
    var match: NSRegularExpression?
    /// Not compiled: it may repeat what `begin` matched.
    var end: String?
    var captures: [Int: String] = [:]
    var endCaptures: [Int: String] = [:]
    var patterns: [Pattern] = []
  }

  let root: Pattern
  let repository: [String: Pattern]
  let scopeName: String

  init(json: Data) throws {
    guard let grammar = try JSONSerialization.jsonObject(with: json) as? [String: Any],
      let scopeName = grammar["scopeName"] as? String
    else { throw Failure(description: "no grammar") }
    self.scopeName = scopeName
    root = try Self.pattern(grammar)
    repository = try (grammar["repository"] as? [String: [String: Any]] ?? [:])
      .mapValues(Self.pattern)
  }

  private static func pattern(_ json: [String: Any]) throws -> Pattern {
    let pattern = Pattern()
    pattern.name = json["name"] as? String
    pattern.contentName = json["contentName"] as? String
    pattern.include = json["include"] as? String
    pattern.end = json["end"] as? String
    if let end = pattern.end { _ = try expression(end) }
    pattern.match = try (json["match"] ?? json["begin"]).map { try expression($0 as? String ?? "") }
    pattern.captures = captures(json["captures"] ?? json["beginCaptures"])
    pattern.endCaptures = captures(json["endCaptures"])
    pattern.patterns = try (json["patterns"] as? [[String: Any]] ?? []).map(Self.pattern)
    return pattern
  }

  private static func captures(_ json: Any?) -> [Int: String] {
    var names: [Int: String] = [:]
    for (key, value) in json as? [String: [String: String]] ?? [:] {
      if let index = Int(key) { names[index] = value["name"] }
    }
    return names
  }

  /// Back references to `begin` stand for what it matched; here they only need to be replaceable.
  private static func expression(_ text: String) throws -> NSRegularExpression {
    do {
      return try NSRegularExpression(pattern: text.replacing("\\1", with: "#"))
    } catch {
      throw Failure(description: "\(text): \(error)")
    }
  }
}

extension TextMateGrammar {
  /// The scopes of every UTF-8 byte of a text, outermost first, joined by spaces.
  func scopes(of text: String) throws -> [String] {
    var colouring = Colouring(grammar: self)
    var scopes: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let units = try colouring.colour(line + "\n")
      var unit = 0
      for scalar in line.unicodeScalars {
        scopes += Array(repeating: units[unit], count: UTF8.width(scalar))
        unit += UTF16.width(scalar)
      }
      scopes.append(units.last ?? "")
    }
    return scopes.dropLast()
  }

  private struct Colouring {
    struct Level {
      var pattern: Pattern
      var end: NSRegularExpression?
      /// Of the region's content.
      var scopes: [String]
      /// Of its two ends.
      var endScopes: [String]
    }

    let grammar: TextMateGrammar
    var levels: [Level]

    init(grammar: TextMateGrammar) {
      self.grammar = grammar
      let scopes = [grammar.scopeName]
      levels = [Level(pattern: grammar.root, scopes: scopes, endScopes: scopes)]
    }

    /// The scopes of every UTF-16 unit of a line, which ends in a line feed.
    mutating func colour(_ line: String) throws -> [String] {
      var scopes = Array(repeating: "", count: line.utf16.count)
      var position = 0
      while let level = levels.last, position < scopes.count {
        let range = NSRange(position..<scopes.count)
        let options: NSRegularExpression.MatchingOptions = [
          .withTransparentBounds, .withoutAnchoringBounds,
        ]
        var found: (result: NSTextCheckingResult, pattern: Pattern?)?
        if let result = level.end?.firstMatch(in: line, options: options, range: range) {
          found = (result, nil)
        }
        for pattern in expanded(level.pattern.patterns) {
          guard let result = pattern.match?.firstMatch(in: line, options: options, range: range),
            result.range.location < found?.result.range.location ?? .max
          else { continue }
          found = (result, pattern)
        }
        guard let (result, pattern) = found else {
          fill(&scopes, NSRange(position..<scopes.count), level.scopes)
          return scopes
        }
        fill(&scopes, NSRange(position..<result.range.location), level.scopes)
        try take(result, pattern, in: level, line, &scopes)
        position = result.range.upperBound
      }
      return scopes
    }

    private mutating func take(
      _ result: NSTextCheckingResult, _ pattern: Pattern?, in level: Level, _ line: String,
      _ scopes: inout [String]
    ) throws {
      guard let pattern else {
        levels.removeLast()
        return fill(&scopes, result, level.endScopes, level.pattern.endCaptures)
      }
      let outer = level.scopes + (pattern.name.map { [$0] } ?? [])
      fill(&scopes, result, outer, pattern.captures)
      guard let end = pattern.end else { return }
      var text = end
      if result.numberOfRanges > 1, let range = Range(result.range(at: 1), in: line) {
        text = end.replacing("\\1", with: line[range])
      }
      levels.append(
        Level(
          pattern: pattern, end: try NSRegularExpression(pattern: text),
          scopes: outer + (pattern.contentName.map { [$0] } ?? []), endScopes: outer))
      guard levels.count < 1000 else { throw Failure(description: "regions without end") }
    }

    private func fill(
      _ scopes: inout [String], _ result: NSTextCheckingResult, _ outer: [String],
      _ captures: [Int: String]
    ) {
      fill(&scopes, result.range, outer)
      for index in captures.keys.sorted() where index < result.numberOfRanges {
        guard let name = captures[index] else { continue }
        fill(&scopes, result.range(at: index), outer + [name])
      }
    }

    private func fill(_ scopes: inout [String], _ range: NSRange, _ names: [String]) {
      guard let range = Range(range) else { return }
      for index in range { scopes[index] = names.joined(separator: " ") }
    }

    /// The patterns without includes, in order.
    private func expanded(_ patterns: [Pattern]) -> [Pattern] {
      patterns.flatMap { pattern -> [Pattern] in
        if let include = pattern.include {
          guard let target = grammar.repository[String(include.dropFirst())] else { return [] }
          return target.match == nil ? expanded(target.patterns) : [target]
        }
        return pattern.match == nil ? expanded(pattern.patterns) : [pattern]
      }
    }
  }
}
