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

  /// A change of the text that would repair it, for an editor to offer.
  public struct Fix: Hashable, Sendable {
    public struct Edit: Hashable, Sendable {
      /// Replaced; empty: an insertion at its start.
      public var range: SourceRange
      public var text: String

      public init(_ range: SourceRange, _ text: String) {
        self.range = range
        self.text = text
      }
    }

    /// `Replace with 'header'`
    public var title: String
    public var edits: [Edit]

    public init(_ title: String, _ edits: [Edit]) {
      self.title = title
      self.edits = edits
    }
  }

  /// What of the program it is about, where that is more than a place.
  public struct Subject: Hashable, Sendable {
    public var task: String?
    /// `Segment.replica`
    public var scope: String?
    public var pool: String?

    public init(task: String? = nil, scope: String? = nil, pool: String? = nil) {
      self.task = task
      self.scope = scope
      self.pool = pool
    }
  }

  /// A stable code: `syntax`, `unknown-name`, `gap`, `overlap`, ... and more, or
  /// `unsupported` for what the language has and this version does not do yet.
  public var code: String
  public var severity: Severity
  public var position: SourcePosition
  public var message: String
  public var notes: [Note]
  public var fixes: [Fix]
  public var subject: Subject

  public init(
    _ code: String, _ severity: Severity = .error, at position: SourcePosition,
    _ message: String, notes: [Note] = [], fixes: [Fix] = [], about subject: Subject = Subject()
  ) {
    self.fixes = fixes
    self.subject = subject
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
