// Diagnostics are data; one place (`Diagnostic.rendered` in RulesOutput) turns them into text.

/// A finding about a rules program, at one place of it.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Sendable { case error, warning }

  /// A line of detail under the message, perhaps with a place of its own.
  public struct Note: Hashable, Sendable {
    /// `missing`, `nearest`, `add`, `note`: one word.
    public var title: String
    public var text: String
    public var position: SourcePosition?

    public init(_ title: String, _ text: String, at position: SourcePosition? = nil) {
      self.title = title
      self.text = text
      self.position = position
    }
  }

  /// A stable code: `syntax`, `unknown-name`, `gap`, `overlap`, ... and more, or
  /// `unsupported` for what the language has and this version does not do yet.
  public var code: String
  public var severity: Severity
  public var position: SourcePosition
  public var message: String
  public var notes: [Note]

  public init(
    _ code: String, _ severity: Severity = .error, at position: SourcePosition,
    _ message: String, notes: [Note] = []
  ) {
    self.code = code
    self.severity = severity
    self.position = position
    self.message = message
    self.notes = notes
  }
}

/// What a phase that can fail returns: a value when there is no error, and all its findings.
public struct Checked<Value: Sendable>: Sendable {
  public var value: Value?
  public var diagnostics: [Diagnostic]

  public init(value: Value?, diagnostics: [Diagnostic]) {
    self.value = value
    self.diagnostics = diagnostics
  }
}
