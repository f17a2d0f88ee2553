import RulesLanguage

/// `--format FORMAT`, of the verbs that can print a result in several ways.
struct OutputFormat {
  /// What may be asked for; the first is what is printed unless asked.
  var choices: [String]

  /// The option as a verb lists it.
  func option(_ help: String) -> OptionSpecification {
    OptionSpecification(name: "--format", value: choices.joined(separator: "|"), help: help)
  }

  /// What the command line asks for.
  func chosen(in arguments: ParsedArguments) throws(UsageError) -> String {
    guard let format = arguments.values["--format"] else { return choices[0] }
    guard choices.contains(format) else {
      let nearest = nearestName(to: format, among: choices)
      throw UsageError(
        "unknown format `\(format)`; "
          + (nearest.map { "did you mean `\($0)`?" }
            ?? "it is one of \(choices.joined(separator: ", "))"))
    }
    return format
  }
}
