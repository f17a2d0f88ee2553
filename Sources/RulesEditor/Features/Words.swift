import RulesLanguage

/// One line on each word of the language.
func explanation(of word: String) -> String? {
  if let keyword = Keyword(rawValue: word) { return explanation(of: keyword) }
  return ContextualWord(rawValue: word).flatMap(explanation(of:))
}

private func explanation(of keyword: Keyword) -> String {
  switch keyword {
  case .import: "imports a Swift module, or in quotes another rules file, relative to this one"
  case .extern: "the enum is declared in Swift; its values are listed here again"
  case .enum: "a type with named values"
  case .task:
    "what rules are about: facts, rules, waits and a goal; in a pool, a task that runs there"
  case .fact: "a property of the state: a Bool, an enum or an Int; it changes only by effects"
  case .lazy: "the fact is read last, and only when the decision needs it"
  case .stable: "once true, it stays true: a promise that exploration checks"
  case .initially: "the values that a new instance has; without it, any"
  case .related: "another task that this one knows; `?`: perhaps none"
  case .define: "a name for a condition"
  case .always: "a condition that every state keeps; states that break it are impossible"
  case .each: "elements of a collection, with facts and rules of their own"
  case .in: "is one of these values; of an `each`: the Swift collection"
  case .event: "something that happens outside: a reply, a failure, a request"
  case .when: "the condition of a clause or event, or of all clauses in the braces"
  case .rule: "does something in the states where its condition holds"
  case .over: "where both hold, this clause wins over the named ones"
  case .do: "the Swift code that the rule runs"
  case .then: "what the rule or event changes; without it, nothing; `or` divides alternatives"
  case .or: "one of two conditions, or of two effects"
  case .and: "both conditions; the same as `,`"
  case .not: "the condition does not hold"
  case .wait:
    "nothing to do until one of its causes: an event, or a condition that others make true"
  case .for: "what is waited for: events, or conditions that others make true"
  case .goal: "states in which nothing is left to do"
  case .stay: "changes nothing; `after`: and the task is not looked at again before that time"
  case .forget: "the fact may have any value afterwards"
  case .any: "any value; `any { a, b }`: one of these; `any in (a, b]`: one of a range"
  case .pool: "tasks that run together and wake each other"
  case .explore: "check all states that a few instances together can reach"
  case .policy: "how a kind of finding is reported: `error`, `warn` or `allow`"
  case .true: "always holds"
  case .false: "never holds"
  }
}

private func explanation(of word: ContextualWord) -> String? {
  switch word {
  case .int: "a whole number: in a chain compared with its other members, else with numbers"
  case .absent: "these names count as true when there is no related task"
  case .fair: "the event happens if it can happen long enough: waits may count on it"
  case .warn: "a warning at run time when the wait takes longer than this"
  case .after: "a duration: `ms`, `s` or `min`"
  case .all: "the condition holds for every element, also when there is none"
  case .some: "the condition holds for at least one element"
  case .none: "the condition holds for no element"
  case .one, .of: "exactly one of the conditions in the braces holds"
  case .where, .links:
    "of instances in a row, the first related is the one before, the second the one after"
  case .budget: "the most states that are explored"
  case .gap: "states that no clause handles"
  case .overlap: "states in which two clauses contradict each other"
  case .stall: "states in which everything waits for ever"
  case .unreachable: "states from which no goal can be reached"
  case .busy: "rules that fire again and again without an end"
  case .error: "the finding is an error"
  case .allow: "the finding is not reported"
  case .milliseconds: "milliseconds"
  case .seconds: "seconds"
  case .min: "minutes of a duration; in a range: no lower end"
  case .max: "in a range: no upper end"
  }
}
