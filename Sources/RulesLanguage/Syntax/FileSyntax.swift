// The syntax tree: what was written, before any name is bound. `isDamaged` marks a part in which a
// syntax error swallowed something, so that names it might have declared are not reported missing.

/// A name as written, and where.
struct NameSyntax: Hashable, Sendable {
  var text: String
  var position: SourcePosition
}

/// `prior.closed`; at least one part.
struct PathSyntax: Sendable {
  var first: NameSyntax
  var rest: [NameSyntax]

  var position: SourcePosition { first.position }
  var text: String { ([first] + rest).map(\.text).joined(separator: ".") }
}

struct FileSyntax: Sendable {
  var imports: [ImportSyntax] = []
  var enums: [EnumSyntax] = []
  var tasks: [TaskSyntax] = []
  var pools: [PoolSyntax] = []
  var isDamaged = false
}

struct ImportSyntax: Sendable {
  enum Target: Sendable {
    case module(String)
    case file(String)
  }

  var target: Target
  var position: SourcePosition
}

struct EnumSyntax: Sendable {
  var name: NameSyntax
  var values: [NameSyntax]
  var isExtern: Bool
  /// A syntax error swallowed some values.
  var isDamaged = false
  var doc: String?
}

struct TaskSyntax: Sendable {
  var name: NameSyntax
  var parameters: [ParameterSyntax]
  var doc: String?
  var body: BodySyntax
}

struct ParameterSyntax: Sendable {
  var name: NameSyntax
  var type: PathSyntax
  var isOptional: Bool
}
