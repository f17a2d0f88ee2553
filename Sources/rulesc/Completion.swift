import RulesOutput

private let shells = ["bash", "zsh", "fish"]

let completionVerb = Verb(
  name: "completion",
  summary: "Print a script that has a shell complete rulesc's command lines.",
  operands: shells.joined(separator: "|"),
  details: """
    The script completes verbs, options, their values, codes and the names of rules files.

      bash: source <(rulesc completion bash), in ~/.bashrc
      zsh:  rulesc completion zsh > _rulesc, in a folder of $fpath
      fish: rulesc completion fish > ~/.config/fish/completions/rulesc.fish
    """,
  options: [],
  example: "source <(rulesc completion bash)",
  run: completion)

private func completion(_ arguments: ParsedArguments) throws -> ExitStatus {
  guard let shell = arguments.operands.first, arguments.operands.count == 1 else {
    throw UsageError("completion: one shell at a time; see `rulesc completion --help`")
  }
  switch shell {
  case "bash": try writeOutput(bashCompletion(verbs))
  case "zsh": try writeOutput(zshCompletion(verbs))
  case "fish": try writeOutput(fishCompletion(verbs))
  default:
    throw UsageError(
      unknown: "shell", shell, among: shells, help: "rulesc completion --help")
  }
  return .fine
}

/// What may stand in a place of a command line.
enum Completable {
  case words([String])
  case rulesFiles
  case tracesAndRules
  case folders
  case nothing

  /// - Parameter usage: how the help calls it: `FILE...`, `DIR`, `text|json`.
  init(_ usage: String) {
    let name = usage.filter { !"[].".contains($0) }
    switch name {
    case "FILE", "OLD NEW", "STATE FILE": self = .rulesFiles
    case "TRACE FILE": self = .tracesAndRules
    case "DIR", "ROOT": self = .folders
    case "CODE": self = .words(explanations.map(\.code))
    default:
      self = name.contains("|") ? .words(name.split(separator: "|").map(String.init)) : .nothing
    }
  }
}
