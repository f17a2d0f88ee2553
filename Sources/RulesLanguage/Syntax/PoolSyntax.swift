struct PoolSyntax: Sendable {
  struct Entry: Sendable {
    var task: NameSyntax
    var links: (NameSyntax, NameSyntax)?
  }

  struct Policy: Sendable {
    var kind: PoolModel.Policy
    var severity: PoolModel.Severity
    var position: SourcePosition
  }

  var name: NameSyntax
  var entries: [Entry] = []
  var explores: [ExploreSyntax] = []
  var policies: [Policy] = []
}

/// `explore Segment * 2 (replica * 3), ServerFailure budget 1000`
struct ExploreSyntax: Sendable {
  struct Part: Sendable {
    var task: NameSyntax
    var count: CountSyntax?
    var elements: [(each: NameSyntax, count: CountSyntax)] = []
  }

  var parts: [Part]
  var budget: CountSyntax?
  /// Where the word `explore` stands.
  var position: SourcePosition
}

/// How many of something there are.
struct CountSyntax: Sendable {
  var value: Int
  var position: SourcePosition
}
