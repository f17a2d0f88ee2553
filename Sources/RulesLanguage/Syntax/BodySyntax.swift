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
  var isDamaged = false
}

struct FactSyntax: Sendable {
  enum Declaration: Sendable {
    case names([NameSyntax], type: NameSyntax)
    case chain(terms: [ValueSyntax], links: [VariableModel.ChainLink])
  }

  var declaration: Declaration
  var isStable: Bool
  /// Where `lazy` stands.
  var lazy: SourcePosition?
  var initially: [ValueSyntax]
  var swift: SwiftText?
  var doc: String?
  var position: SourcePosition
}

struct DefineSyntax: Sendable {
  var name: NameSyntax
  /// Where `stable` stands.
  var stable: SourcePosition?
  var condition: ConditionSyntax
  var doc: String?
}

struct RelatedSyntax: Sendable {
  var name: NameSyntax
  var task: NameSyntax
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
