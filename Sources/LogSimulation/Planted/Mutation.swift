import LogServices
import PlantedBugs
import ReplicatedLog
import RulesRuntime

/// Something that is wrong on purpose while seeds are run: a planted bug, or a mutant of a rule.
package enum Mutation: Hashable, Sendable {
  case bug(PlantedBug)
  /// The place in `Mutation.tables`, and the mutant's number there.
  case mutant(table: Int, number: Int)

  /// The rules of all tasks that a simulated world has, in a fixed order.
  package static let tables = replicatedLogRuleTables + logServicesRuleTables

  /// Every mutant that this build has; none, unless its rules were compiled with them.
  package static var mutants: [Mutation] {
    tables.indices.flatMap { table in
      tables[table].mutants.map { .mutant(table: table, number: $0.number) }
    }
  }

  /// `B16`, `Segment 17`
  package var name: String {
    switch self {
    case .bug(let bug): bug.rawValue
    case .mutant(let table, let number): "\(Self.tables[table].task) \(number)"
    }
  }

  /// What is changed.
  package var summary: String {
    switch self {
    case .bug(let bug): bug.facts.summary
    case .mutant(let table, let number):
      Self.tables[table].mutants.first { $0.number == number }?.text ?? "?"
    }
  }

  /// `rules/ReplicatedLog/Segment.rules:104`; nil for a planted bug.
  package var place: String? {
    guard case .mutant(let table, let number) = self,
      let mutant = Self.tables[table].mutants.first(where: { $0.number == number })
    else { return nil }
    return "\(Self.tables[table].file):\(mutant.line)"
  }

  /// Whether it is proved of a mutant that it changes nothing.
  package var isSame: Bool {
    guard case .mutant(let table, let number) = self else { return false }
    return Self.tables[table].mutants.first { $0.number == number }?.isSame ?? false
  }

  /// Whether it is about who leads by a seat in etcd, which simulated clusters do without.
  var isOfSeats: Bool {
    guard case .mutant(let table, _) = self else { return false }
    return Self.tables[table].task == "Leadership"
  }

  /// Whether this build can have it: some bugs are changes of rules, which need compiled mutants.
  package var isCompiled: Bool {
    switch self {
    case .bug(let bug):
      Planting.areCompiled && Self.selection(of: bug.facts.rules) != nil
    case .mutant(let table, let number):
      Self.tables[table].mutants.contains { $0.number == number }
    }
  }

  /// It is wrong from now on, and nothing else is.
  package func plant() {
    Self.clear()
    switch self {
    case .bug(let bug):
      Planting.present = bug
      if let (table, numbers) = Self.selection(of: bug.facts.rules), !numbers.isEmpty {
        RuleMutants.select(numbers, of: table)
      }
    case .mutant(let table, let number): RuleMutants.select([number], of: Self.tables[table])
    }
  }

  /// Nothing is wrong any more.
  package static func clear() {
    Planting.present = nil
    _ = Planting.takeBroken()
    RuleMutants.deselect()
  }

  /// The mutants of these texts, all of one task; nil when one of them was not compiled.
  private static func selection(of texts: [String]) -> (table: RuleTable, numbers: [Int])? {
    guard let first = texts.first else { return (tables[0], []) }
    let task = first.prefix { $0 != "." && $0 != " " }
    guard let table = tables.first(where: { $0.task == task }) else { return nil }
    let numbers = texts.compactMap { text in table.mutants.first { $0.text == text }?.number }
    return numbers.count == texts.count ? (table, numbers) : nil
  }
}
