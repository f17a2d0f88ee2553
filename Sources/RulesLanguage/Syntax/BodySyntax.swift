/// What stands between the braces of a task or of an each. `relateds` and `eaches` are empty in an
/// each: the parser refuses them there.
struct BodySyntax: Sendable {
  var facts: [FactSyntax] = []
  var defines: [DefineSyntax] = []
  var relateds: [RelatedSyntax] = []
  var eaches: [EachSyntax] = []
  var always: [AlwaysSyntax] = []
  var events: [EventSyntax] = []
  var clauses: [ClauseItemSyntax] = []
  /// From its `{` to behind its `}`, or to where that is missed.
  var range: SourceRange
  var isDamaged = false

  init(range: SourceRange) { self.range = range }
}

struct FactSyntax: Sendable {
  enum Declaration: Sendable {
    /// `type` nil: it could not be read.
    case names([NameSyntax], type: NameSyntax?)
    case chain(terms: [ValueSyntax], links: [VariableModel.ChainLink])
  }

  var declaration: Declaration
  /// Where `stable` stands.
  var stable: SourcePosition?
  var isLazy: Bool
  var initially: [ValueSyntax]
  var swift: SwiftText?
  var doc: String?

  /// How many names it declares, or terms a chain has.
  var count: Int {
    switch declaration {
    case .names(let names, _): names.count
    case .chain(let terms, _): terms.count
    }
  }
}

struct DefineSyntax: Sendable {
  var name: NameSyntax
  var isStable: Bool
  var condition: ConditionSyntax
  var doc: String?
}

struct RelatedSyntax: Sendable {
  var name: NameSyntax
  /// nil: it could not be read.
  var task: NameSyntax?
  var isOptional: Bool
  var absent: [NameSyntax]
}

struct EachSyntax: Sendable {
  var name: NameSyntax
  var element: PathSyntax
  var collection: SwiftText
  var doc: String?
  var body: BodySyntax
}

struct AlwaysSyntax: Sendable {
  var label: String?
  var condition: ConditionSyntax
  var text: String
  var position: SourcePosition
}
