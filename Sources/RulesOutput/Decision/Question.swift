import RulesAnalysis
import RulesLanguage

/// One question of generated code: whether a variable has one of some values.
struct Question: Hashable {
  enum Form: Hashable {
    /// A yes or no that is yes.
    case isTrue
    case isFalse
    case equals(String)
    case differs(String)
    /// Two members of a chain, by index.
    case less(Int, Int)
    case equal(Int, Int)
    /// An Int and a number.
    case below(Int)
    case atLeast(Int)
    case equalsNumber(Int)
    case differsFromNumber(Int)
  }

  var variable: Int
  var form: Form
  /// The value indices for which the answer is yes, ascending.
  var values: [Int]
}

extension StateSpace {
  /// Everything that code may ask, the positive form of each question before the negative one.
  var questions: [Question] {
    var positive: [Question] = []
    var negative: [Question] = []
    for index in variables.indices {
      let (yes, no) = questions(about: index)
      positive += yes
      negative += no
    }
    return positive + negative
  }

  /// The questions about one variable, positive and negative ones.
  func questions(about index: Int) -> (positive: [Question], negative: [Question]) {
    let variable = variables[index]
    var positive: [Question] = []
    var negative: [Question] = []
    func add(_ yes: Question.Form, _ no: Question.Form?, where values: [Int]) {
      positive.append(Question(variable: index, form: yes, values: values))
      guard let no else { return }
      let others = variable.values.indices.filter { !values.contains($0) }
      negative.append(Question(variable: index, form: no, values: others))
    }
    if variable.isBool {
      add(.isTrue, .isFalse, where: [1])
    } else if let chain = variable.chain {
      for span in 1..<chain.members.count {
        for first in 0..<(chain.members.count - span) {
          let last = first + span
          let less = (0..<chain.count).filter { chain.isLess(first, last, in: $0) }
          add(.less(first, last), .equal(first, last), where: less)
        }
      }
    } else if let domain = variable.integer {
      for (value, interval) in domain.intervals.enumerated() {
        if let number = interval.lower, number == interval.upper {
          add(.equalsNumber(number), .differsFromNumber(number), where: [value])
        }
      }
      for (index, cut) in domain.cuts.enumerated() {
        add(.below(cut), .atLeast(cut), where: Array(0...index))
      }
    } else {
      for (value, name) in variable.values.enumerated() {
        add(.equals(name), variable.values.count > 2 ? .differs(name) : nil, where: [value])
      }
    }
    return (positive, negative)
  }
}
