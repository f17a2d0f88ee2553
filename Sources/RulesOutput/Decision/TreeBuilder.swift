import RulesAnalysis
import RulesLanguage

// The diagram asks for variables in one order, in every state the same. A person asks what settles
// most: "no server? then R1". So the tree is built anew, from the top, out of *questions* -
// `server == none`, `sent < appended` - each asked of what is left of the diagram.
//
// What is left are the states in which all answers so far are right. States whose own invariants do
// not hold were reported before the first question, so they count as not there: a question that only
// tells such states from others is not asked. This is what makes the tree small.
//
// Which question comes first? The best one splits the outcomes without having one on both sides,
// because each outcome then stays in one place. Among equally good ones, the one whose yes contains
// the earliest clause of the text comes first, asked as that clause asks it, so that the code reads
// like the rules file. The choice is greedy: the tree is small, not proved smallest. Lazy facts are
// asked for only when nothing else is left to ask.

/// Builds the decision of a small scope as one tree.
struct TreeBuilder {
  private var diagram: DecisionDiagram
  /// Leaf 0 is a state that is not there; leaf n is `outcomes[n - 1]`.
  private let root: DecisionDiagram.Node
  private var outcomes: [Outcome] = []
  private let questions: [Question]
  /// The questions that each clause's condition asks itself.
  private let ownQuestions: [Set<Int>]
  private let lazies: Set<Int>
  private var paths = 0
  /// Nodes that splitting may still visit: about half a second in a debug build.
  private var effort = 400_000

  /// Too many paths, nodes or steps.
  private struct Failure: Error {}

  private struct Choice {
    var rank: [Int]
    var question: Question
    var yes: DecisionDiagram.Node
    var no: DecisionDiagram.Node
  }

  /// The tree; nil when it would be too large.
  static func tree(of partition: Partition) -> DecisionTree? {
    do throws(Failure) {
      var builder = try TreeBuilder(partition)
      let tree = try builder.tree(builder.root, read: []).joiningQuestions
      return tree.nesting <= DecisionLimits.nesting ? tree : nil
    } catch {
      return nil
    }
  }

  private init(_ partition: Partition) throws(Failure) {
    var diagram = partition.diagram
    var outcomes: [Outcome] = []
    let leaves = partition.parts.map { part -> Int in
      guard part.count > 0, let outcome = Outcome(part.stateClass) else { return 0 }
      if let known = outcomes.firstIndex(of: outcome) { return known + 1 }
      outcomes.append(outcome)
      return outcomes.count
    }
    guard let whole = partition.root, outcomes.count <= DecisionLimits.treePaths,
      diagram.size(of: whole) <= 4 * DecisionLimits.treeNodes
    else { throw Failure() }
    do throws(AnalysisFailure) {
      root = try diagram.map(whole) { leaves[$0] }
    } catch {
      throw Failure()
    }
    guard diagram.size(of: root) <= DecisionLimits.treeNodes else { throw Failure() }
    self.diagram = diagram
    self.outcomes = outcomes
    let questions = partition.space.questions
    self.questions = questions
    ownQuestions = partition.lowered.literals.map { literals in
      Set(
        questions.indices.filter { index in
          literals.contains {
            $0.variable == questions[index].variable && $0.values == questions[index].values
          }
        })
    }
    lazies = Set(partition.space.variables.indices.filter { partition.space.variables[$0].isLazy })
  }

  private mutating func tree(
    _ node: DecisionDiagram.Node, read: Set<Int>
  ) throws(Failure) -> DecisionTree {
    let left = outcomes(in: node)
    if left.count <= 1 {
      paths += 1
      if paths > DecisionLimits.treePaths { throw Failure() }
      return .leaf(left.first ?? .unhandled)
    }
    guard let best = try bestChoice(node, left.count) else { throw Failure() }
    let variable = best.question.variable
    let isFirst = lazies.contains(variable) && !read.contains(variable)
    let nowRead = isFirst ? read.union([variable]) : read
    let branch = DecisionTree.branch(
      [best.question], then: try tree(best.yes, read: nowRead),
      otherwise: try tree(best.no, read: nowRead))
    return isFirst ? .read(variable: variable, then: branch) : branch
  }

  private mutating func bestChoice(
    _ node: DecisionDiagram.Node, _ count: Int
  ) throws(Failure) -> Choice? {
    let size = diagram.size(of: node)
    let asked = lazies.isEmpty ? nil : eagerFirst(node)
    var best: Choice?
    for (index, question) in questions.enumerated() {
      if let asked, !asked.contains(question.variable) { continue }
      effort -= 2 * size
      if effort < 0 { throw Failure() }
      let (yes, no) = try split(node, by: question)
      guard yes != node, no != node else { continue }
      let yesOutcomes = outcomes(in: yes)
      let noOutcomes = outcomes(in: no)
      guard !yesOutcomes.isEmpty, !noOutcomes.isEmpty else { continue }
      let sum = yesOutcomes.count + noOutcomes.count
      let isClean = sum == count
      let isSettled = yesOutcomes.count == 1 || noOutcomes.count == 1
      let first = yesOutcomes.map(\.firstClause).min() ?? .max
      let isOwn = ownQuestions.indices.contains(first) && ownQuestions[first].contains(index)
      let rank = [
        sum, isClean || isSettled ? 0 : 1, first, isOwn ? 0 : 1, yesOutcomes.count, index,
      ]
      if best.map({ rank.lexicographicallyPrecedes($0.rank) }) ?? true {
        best = Choice(rank: rank, question: question, yes: yes, no: no)
      }
    }
    return best
  }

  /// The variables that may be asked for: those that matter and are not lazy; only where all that
  /// matter are lazy, the first of these.
  private func eagerFirst(_ node: DecisionDiagram.Node) -> Set<Int> {
    let needed = DecisionGraph(diagram, node) { $0 == 0 ? nil : $0 }.variables
    let eager = needed.subtracting(lazies)
    return eager.isEmpty ? Set([needed.min()].compactMap(\.self)) : eager
  }

  private func outcomes(in node: DecisionDiagram.Node) -> [Outcome] {
    diagram.leaves(of: node).sorted().compactMap { $0 == 0 ? nil : outcomes[$0 - 1] }
  }

  private mutating func split(
    _ node: DecisionDiagram.Node, by question: Question
  ) throws(Failure) -> (yes: DecisionDiagram.Node, no: DecisionDiagram.Node) {
    do throws(AnalysisFailure) {
      let size = diagram.domainSizes[question.variable]
      let others = (0..<size).filter { !question.values.contains($0) }
      let yes = try diagram.literal(question.variable, in: question.values)
      let no = try diagram.literal(question.variable, in: others)
      return (
        try diagram.keep(node, where: yes, otherwise: 0),
        try diagram.keep(node, where: no, otherwise: 0)
      )
    } catch {
      throw Failure()
    }
  }
}

extension DecisionTree {
  /// `if a { if b { X } else { Y } } else { Y }` as `if a, b { X } else { Y }`.
  fileprivate var joiningQuestions: DecisionTree {
    if case .read(let variable, let then) = self {
      return .read(variable: variable, then: then.joiningQuestions)
    }
    guard case .branch(let questions, let then, let otherwise) = self else { return self }
    let inner = then.joiningQuestions
    let rest = otherwise.joiningQuestions
    if case .branch(let more, let deeper, let other) = inner, other == rest {
      return .branch(questions + more, then: deeper, otherwise: rest)
    }
    return .branch(questions, then: inner, otherwise: rest)
  }

  /// How deep its `if`s are inside each other; an `else if` counts half, since a parser nests it.
  var nesting: Int { (doubledNesting + 1) / 2 }

  private var doubledNesting: Int {
    switch self {
    case .leaf, .call: 0
    case .branch(_, let then, let otherwise), .clause(_, _, let then, let otherwise):
      max(then.doubledNesting + 2, otherwise.doubledNesting + 1)
    default: (parts.map(\.doubledNesting).max() ?? 0) + 2
    }
  }
}
