import RulesAnalysis
import RulesLanguage

// From the diagram to `if` and `else`.
//
// The diagram asks for variables in declaration order, in every state the same. A person asks what
// settles most: "no server? then R1". So the tree is built anew, from the top, out of *questions* -
// `server == none`, `sent < appended` - each asked of what is left of the diagram.
//
// What is left are the states in which all answers so far are right. States whose own invariants do
// not hold were reported before the first question, so they count as not there: a question that only
// tells such states from others is not asked. This is what makes the tree small.
//
// Which question comes first? The best one splits the outcomes without having one on both sides,
// because each outcome then stays in one place. Among equally good ones, the one whose yes contains
// the earliest clause of the text comes first, asked as that clause asks it, so that the code reads
// like the rules file. The choice is greedy: the tree is small, not proved smallest.

/// Above so many paths nobody reads the tree, and the conditions are tried one by one instead. A
/// diagram of twice as many nodes is not even tried.
private let pathLimit = 200

/// The decision of a scope. Total: every state that the guards let through has an outcome.
func buildDecisionTree(_ partition: Partition) -> DecisionTree {
  do throws(TreeFailure) {
    var builder = try TreeBuilder(partition)
    let tree = try builder.tree(builder.root)
    return tree.joiningQuestions
  } catch {
    return conditionChain(partition)
  }
}

/// Too many paths or nodes.
private struct TreeFailure: Error {}

private struct TreeBuilder {
  private var diagram: DecisionDiagram
  /// Leaf 0 is a state that is not there; leaf n is `outcomes[n - 1]`.
  let root: DecisionDiagram.Node
  private var outcomes: [Outcome] = []
  private let questions: [Question]
  /// The questions that each clause's condition asks itself.
  private let ownQuestions: [Set<Int>]
  private var paths = 0

  private struct Choice {
    var rank: [Int]
    var question: Question
    var yes: DecisionDiagram.Node
    var no: DecisionDiagram.Node
  }

  init(_ partition: Partition) throws(TreeFailure) {
    var diagram = partition.diagram
    var outcomes: [Outcome] = []
    let leaves = partition.parts.map { part -> Int in
      guard let outcome = Outcome(part.stateClass) else { return 0 }
      if let known = outcomes.firstIndex(of: outcome) { return known + 1 }
      outcomes.append(outcome)
      return outcomes.count
    }
    do throws(AnalysisFailure) {
      root = try diagram.map(partition.root) { leaves[$0] }
    } catch {
      throw TreeFailure()
    }
    guard diagram.size(of: root) <= 2 * pathLimit else { throw TreeFailure() }
    self.diagram = diagram
    self.outcomes = outcomes
    let questions = candidateQuestions(partition.space)
    self.questions = questions
    ownQuestions = partition.lowered.literals.map { literals in
      Set(
        questions.indices.filter { index in
          literals.contains {
            $0.variable == questions[index].variable && $0.values == questions[index].values
          }
        })
    }
  }

  mutating func tree(_ node: DecisionDiagram.Node) throws(TreeFailure) -> DecisionTree {
    let left = outcomes(in: node)
    if left.count <= 1 {
      paths += 1
      if paths > pathLimit { throw TreeFailure() }
      return .leaf(left.first ?? .unhandled)
    }
    var best: Choice?
    for (index, question) in questions.enumerated() {
      let (yes, no) = try split(node, by: question)
      let yesOutcomes = outcomes(in: yes)
      let noOutcomes = outcomes(in: no)
      guard yes != node, no != node, !yesOutcomes.isEmpty, !noOutcomes.isEmpty else { continue }
      let sum = yesOutcomes.count + noOutcomes.count
      let isClean = sum == left.count
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
    guard let best else { throw TreeFailure() }
    return .branch([best.question], then: try tree(best.yes), otherwise: try tree(best.no))
  }

  private func outcomes(in node: DecisionDiagram.Node) -> [Outcome] {
    diagram.leaves(of: node).sorted().compactMap { $0 == 0 ? nil : outcomes[$0 - 1] }
  }

  private mutating func split(
    _ node: DecisionDiagram.Node, by question: Question
  ) throws(TreeFailure) -> (yes: DecisionDiagram.Node, no: DecisionDiagram.Node) {
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
      throw TreeFailure()
    }
  }
}

/// Everything that code may ask, the positive form of each question before the negative one.
private func candidateQuestions(_ space: StateSpace) -> [Question] {
  var positive: [Question] = []
  var negative: [Question] = []
  for (index, variable) in space.variables.enumerated() {
    if variable.isBool {
      positive.append(Question(variable: index, form: .isTrue, values: [1]))
      negative.append(Question(variable: index, form: .isFalse, values: [0]))
    } else if let chain = variable.chain {
      for span in 1..<chain.members.count {
        for first in 0..<(chain.members.count - span) {
          let last = first + span
          let less = (0..<chain.count).filter { chain.isLess(first, last, in: $0) }
          let equal = (0..<chain.count).filter { !less.contains($0) }
          positive.append(Question(variable: index, form: .less(first, last), values: less))
          negative.append(Question(variable: index, form: .equal(first, last), values: equal))
        }
      }
    } else {
      for (value, name) in variable.values.enumerated() {
        positive.append(Question(variable: index, form: .equals(name), values: [value]))
        guard variable.values.count > 2 else { continue }
        let others = variable.values.indices.filter { $0 != value }
        negative.append(Question(variable: index, form: .differs(name), values: others))
      }
    }
  }
  return positive + negative
}

extension DecisionTree {
  /// `if a { if b { X } else { Y } } else { Y }` as `if a, b { X } else { Y }`.
  fileprivate var joiningQuestions: DecisionTree {
    guard case .branch(let questions, let then, let otherwise) = self else { return self }
    let inner = then.joiningQuestions
    let rest = otherwise.joiningQuestions
    if case .branch(let more, let deeper, let other) = inner, other == rest {
      return .branch(questions + more, then: deeper, otherwise: rest)
    }
    return .branch(questions, then: inner, otherwise: rest)
  }
}

/// The clauses one after the other, each with its whole condition: those that are over others
/// first, then rules, goals, waits. Linear in the size of the rules, where the tree is not. Of
/// several waits that hold at once, the first one speaks for all.
private func conditionChain(_ partition: Partition) -> DecisionTree {
  let clauses = partition.scope.clauses
  let overrulers = overrulers(clauses)
  var order: [Int] = []
  var left = Array(clauses.indices)
  while !left.isEmpty {
    let free = left.filter { overrulers[$0].isDisjoint(with: left) }
    let next =
      free.first { clauses[$0].isRule } ?? free.first { clauses[$0].isGoal } ?? free.first
      ?? left[0]
    order.append(next)
    left.removeAll { $0 == next }
  }
  return order.reversed().reduce(.leaf(.unhandled)) { otherwise, clause in
    let outcome: Outcome =
      clauses[clause].isRule
      ? .fire(clause) : clauses[clause].isGoal ? .reachGoal([clause]) : .wait([clause])
    return .clause(clause, then: .leaf(outcome), otherwise: otherwise)
  }
}
