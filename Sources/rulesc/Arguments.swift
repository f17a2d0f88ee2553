import RulesLanguage

/// An option that a verb knows.
struct OptionSpecification: Sendable {
  /// `--output-directory`
  var name: String
  /// How its value is called in the help; nil for a flag.
  var value: String?
  var help: String
  var isRequired = false
  /// It may be given several times; its values are in `ParsedArguments.lists`.
  var isRepeatable = false

  var usage: String {
    let spelling = name == Self.help.name ? "-h, \(name)" : name
    return value.map { "\(spelling) \($0)" } ?? spelling
  }

  static let help = OptionSpecification(name: "--help", help: "Print this text and exit.")
}

/// A command line that was understood.
///
/// `--output-directory out --source-root=. a.rules` has the values `out` and `.` and the operand
/// `a.rules`.
struct ParsedArguments {
  var values: [String: String] = [:]
  /// The values of repeatable options, in their order.
  var lists: [String: [String]] = [:]
  var operands: [String] = []

  var asksForHelp: Bool { values[OptionSpecification.help.name] != nil }

  /// The value of a required option.
  func required(_ option: OptionSpecification) throws(UsageError) -> String {
    guard let value = values[option.name] else {
      throw UsageError("the option \(option.usage) is missing")
    }
    return value
  }
}

/// A command line that makes no sense; one line for the user.
struct UsageError: Error {
  var message: String

  init(_ message: String) { self.message = message }

  /// Something that is not known, with what was probably meant.
  ///
  /// - Parameter help: the command that lists what is known.
  init(unknown kind: String, _ text: String, among candidates: [String], help: String) {
    let begun = text.count > 3 ? candidates.first { $0.hasPrefix(text) } : nil
    let nearest = begun ?? nearestName(to: text, among: candidates)
    let advice = nearest.map { "did you mean `\($0)`?" } ?? "see `\(help)`"
    message = "unknown \(kind) `\(text)`; \(advice)"
  }
}

/// Reads what stands after a verb. Every option takes one value or none; `--` ends the options.
func parseArguments(
  _ arguments: [String], options: [OptionSpecification], verb: String
) throws(UsageError) -> ParsedArguments {
  var parsed = ParsedArguments()
  let known = options + [.help]
  var rest = arguments[...]
  while let argument = rest.popFirst() {
    if argument == "--" {
      parsed.operands += rest
      break
    }
    guard argument.hasPrefix("-"), argument != "-" else {
      parsed.operands.append(argument)
      continue
    }
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name =
      argument == "-h" ? OptionSpecification.help.name : parts.first.map(String.init) ?? argument
    guard let option = known.first(where: { $0.name == name }) else {
      throw UsageError(
        unknown: "option", name, among: known.map(\.name), help: "rulesc \(verb) --help")
    }
    var value = parts.count > 1 ? String(parts[1]) : ""
    if option.value == nil, parts.count > 1 {
      throw UsageError("the option `\(name)` takes no value")
    }
    if let what = option.value, parts.count == 1 {
      guard let next = rest.popFirst() else {
        throw UsageError("the option `\(name)` needs a value: \(what)")
      }
      value = next
    }
    if option.isRepeatable {
      parsed.lists[name, default: []].append(value)
      continue
    }
    guard parsed.values.updateValue(value, forKey: name) == nil else {
      throw UsageError("the option `\(name)` is given twice")
    }
  }
  return parsed
}
