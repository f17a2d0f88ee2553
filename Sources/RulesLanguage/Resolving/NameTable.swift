/// The type of a fact, as far as conditions and effects need it.
enum FactType: Hashable, Sendable {
  case bool
  /// Index into `Resolver.enums`.
  case enumeration(Int)
  /// Compared with numbers only; index into `Resolver.integers`.
  case integer(Int)
  /// A member of a chain; index into `Resolver.chains`.
  case member(chain: Int)
  /// Declared in error: whatever uses it is not reported again.
  case unusable
}

/// What a name of a scope stands for.
enum Meaning: Sendable {
  case fact(FactType)
  case define
  /// The task it is, or nil when its declaration is in error.
  case related(task: Int?, isOptional: Bool)
  case event
  /// Index into the task's eaches.
  case each(Int)

  /// How messages call it.
  var kind: String {
    switch self {
    case .fact: "a fact"
    case .define: "a define"
    case .related: "a related task"
    case .event: "an event"
    case .each: "an each"
    }
  }
}

/// The names that stand directly in one task or in one each.
struct NameTable: Sendable {
  var meanings: [String: Meaning] = [:]
  /// Some declaration could not be read, so a name that is missing here may be in it.
  var isDamaged = false
}

/// Which task, and which of its eaches; `each` nil is the task itself.
struct ScopeID: Hashable, Sendable {
  var task: Int
  var each: Int?
}

/// The names that can be seen from one scope. No name means two things in it, so the order of the
/// layers does not matter.
struct View: Sendable {
  struct Layer: Sendable {
    var table: NameTable
    var owner: FactReference.Owner
    /// Where the names are declared.
    var scope: ScopeID
    /// Another task's scope shows its facts and defines only.
    var isForeign: Bool
  }

  var scope: ScopeID
  var layers: [Layer]

  var isDamaged: Bool { layers.contains { $0.table.isDamaged } }

  func lookUp(_ name: String) -> (meaning: Meaning, layer: Layer)? {
    for layer in layers {
      guard let meaning = layer.table.meanings[name] else { continue }
      if !layer.isForeign { return (meaning, layer) }
      switch meaning {
      case .fact, .define: return (meaning, layer)
      case .related, .event, .each: continue
      }
    }
    return nil
  }

  /// All names it shows, in alphabetical order.
  var names: [String] {
    layers.flatMap { layer in layer.table.meanings.keys.filter { lookUp($0) != nil } }.sorted()
  }
}
