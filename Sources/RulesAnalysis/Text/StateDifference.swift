extension StateSpace {
  /// What of one state is different in another one: `header == sent, rpc == flying`; empty if
  /// nothing is.
  package func difference(from old: [Int], to new: [Int]) -> String {
    variables.indices.filter { old[$0] != new[$0] }
      .map { variables[$0].change(from: old[$0], to: new[$0]) }
      .joined(separator: ", ")
  }

  /// What of an initial state the declarations leave open.
  package func start(_ state: [Int]) -> String {
    let open = variables.indices.filter { variables[$0].initialValues?.count != 1 }
    let told = open.map { variables[$0].pattern([state[$0]]) }.joined(separator: ", ")
    if open.count == variables.count { return told }
    return open.isEmpty ? "all facts as `initially` says" : "\(told), all else as `initially` says"
  }
}

extension StateVariable {
  /// A new value in the words of the rules; of a chain only the comparisons that changed.
  package func change(from old: Int, to new: Int) -> String {
    guard let chain else { return pattern([new]) }
    return chain.links.indices.filter { chain.isStrict($0, in: old) != chain.isStrict($0, in: new) }
      .map {
        let relation = chain.isStrict($0, in: new) ? "<" : "=="
        return "\(chain.members[$0]) \(relation) \(chain.members[$0 + 1])"
      }
      .joined(separator: ", ")
  }
}
