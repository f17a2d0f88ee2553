import RulesLanguage

/// The weak orderings that a chain allows: `committed <= sent <= appended` has four.
///
/// Each `<=` is either `==` or `<`, each `<` is `<`. An ordering's index has one bit for each `<=`
/// link, the first link lowest, set where it is strict: 0 is `committed == sent == appended`, 1 is
/// `committed < sent == appended`.
package struct ChainOrder: Hashable, Sendable {
  /// The facts, in the order of the declaration.
  package let members: [String]
  /// What stands between each two neighbours.
  package let links: [VariableModel.ChainLink]

  package init(members: [String], links: [VariableModel.ChainLink]) {
    self.members = members
    self.links = links
  }

  /// The links that the orderings differ in.
  package var openLinks: [Int] { links.indices.filter { links[$0] == .lessOrEqual } }

  /// The number of orderings.
  package var count: Int { 1 << openLinks.count }

  /// Whether member `link` is less than member `link + 1`.
  package func isStrict(_ link: Int, in ordering: Int) -> Bool {
    guard let bit = openLinks.firstIndex(of: link) else { return true }
    return ordering & (1 << bit) != 0
  }

  /// Whether member `i` is less than a later member `j`; they are equal otherwise.
  package func isLess(_ i: Int, _ j: Int, in ordering: Int) -> Bool {
    (i..<j).contains { isStrict($0, in: ordering) }
  }

  /// Whether `i relation j` holds, whichever stands first in the chain.
  package func holds(
    _ i: Int, _ relation: Condition.Relation, _ j: Int, in ordering: Int
  ) -> Bool {
    let less = i < j && isLess(i, j, in: ordering)
    let greater = j < i && isLess(j, i, in: ordering)
    switch relation {
    case .equal: return !less && !greater
    case .notEqual: return less || greater
    case .less: return less
    case .lessOrEqual: return !greater
    case .greater: return greater
    case .greaterOrEqual: return !less
    }
  }

  /// `committed == sent < appended`
  package func name(of ordering: Int) -> String {
    links.indices.reduce(members[0]) { name, link in
      name + (isStrict(link, in: ordering) ? " < " : " == ") + members[link + 1]
    }
  }
}
