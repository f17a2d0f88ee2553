/// A clause, or a group of clauses that share a condition.
enum ClauseItemSyntax: Sendable {
  case group(GroupSyntax)
  case clause(ClauseSyntax)
}

struct GroupSyntax: Sendable {
  var condition: ConditionSyntax
  var items: [ClauseItemSyntax]
}

struct ClauseSyntax: Sendable {
  enum Kind: Sendable {
    case rule(action: SwiftText, effects: [EffectSyntax])
    case wait(causes: [PathSyntax], warnAfterMilliseconds: Int?)
    case goal
  }

  /// The name; a goal has none, and this is the word `goal`.
  var name: NameSyntax
  var label: String?
  var kind: Kind
  var over: [NameSyntax] = []
  /// nil: no `when`.
  var condition: ConditionSyntax?
  var doc: String?
}

struct EventSyntax: Sendable {
  var name: NameSyntax
  var label: String?
  var isFair = false
  var condition: ConditionSyntax?
  var effects: [EffectSyntax] = []
  var doc: String?
}

/// One alternative of a `then`.
enum EffectSyntax: Sendable {
  case stay(afterMilliseconds: Int?)
  case changes([ChangeSyntax])
}

struct ChangeSyntax: Sendable {
  enum Value: Sendable {
    case exactly(ValueSyntax)
    case any
    case anyOf([ValueSyntax])
    case range(RangeSyntax)
  }

  var path: PathSyntax
  var value: Value
}

/// `(sent, appended]`
struct RangeSyntax: Sendable {
  var from: ValueSyntax
  var includesFrom: Bool
  var to: ValueSyntax
  var includesTo: Bool
}
