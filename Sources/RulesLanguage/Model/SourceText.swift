/// A place in a rules file. Lines and columns are 1-based; columns count characters.
public struct SourcePosition: Hashable, Comparable, Sendable {
  /// Index into `Program.files`.
  public var file: Int
  public var line: Int
  public var column: Int

  public init(file: Int, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

/// From one place to another of the same file; `end` is behind the last character.
public struct SourceRange: Hashable, Sendable {
  public var start: SourcePosition
  public var end: SourcePosition

  public init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }

  public func contains(_ position: SourcePosition) -> Bool {
    start <= position && position < end
  }
}

/// One rules file as it was read.
public struct SourceFile: Hashable, Sendable {
  /// The path as the user gave it (or as an `import` resolved it): what diagnostics print.
  public var path: String
  public var text: String

  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// Swift text of a rules file, copied verbatim.
public struct SwiftText: Hashable, Sendable {
  public var text: String
  /// Where its first character stands.
  public var position: SourcePosition

  public init(_ text: String, at position: SourcePosition) {
    self.text = text
    self.position = position
  }
}
