// One script a shell, made of the table of verbs.

/// Completes in bash: `complete -F`. Words with spaces do not occur.
func bashCompletion(_ verbs: [Verb]) -> String {
  var cases = ""
  for verb in verbs {
    let options = (verb.options + [.help]).map(\.name).joined(separator: " ")
    cases += "    \(verb.name))\n      case $previous in\n"
    for option in verb.options {
      guard let value = option.value else { continue }
      cases += "        \(option.name)) \(bashReplies(Completable(value))) return ;;\n"
    }
    cases += "      esac\n"
    cases += "      if [[ $current == -* ]]; then\n"
    cases += "        COMPREPLY=($(compgen -W '\(options)' -- \"$current\"))\n"
    cases += "      else\n        \(bashReplies(Completable(verb.operands)))\n      fi ;;\n"
  }
  return """
    # bash completion of rulesc; made by `rulesc completion bash`.
    _rulesc_files() {
      local IFS=$'\\n'
      compopt -o filenames
      COMPREPLY=($(compgen -f -X '!*.rules' -- "$1") $(compgen -d -- "$1"))
      [[ -z $2 ]] || COMPREPLY+=($(compgen -f -X "!*.$2" -- "$1"))
    }
    _rulesc_folders() {
      local IFS=$'\\n'
      compopt -o filenames
      COMPREPLY=($(compgen -d -- "$1"))
    }
    _rulesc() {
      local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
      COMPREPLY=()
      if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W '\(verbs.map(\.name).joined(separator: " ")) --help --version' \\
          -- "$current"))
        return
      fi
      case ${COMP_WORDS[1]} in
    \(cases.dropLast())
      esac
    }
    complete -F _rulesc rulesc

    """
}

private func bashReplies(_ what: Completable) -> String {
  switch what {
  case .words(let words):
    "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"));"
  case .rulesFiles: "_rulesc_files \"$current\";"
  case .tracesAndRules: "_rulesc_files \"$current\" rulestrace;"
  case .folders: "_rulesc_folders \"$current\";"
  case .nothing: ":;"
  }
}

/// Completes in zsh: an autoloaded function.
func zshCompletion(_ verbs: [Verb]) -> String {
  var text = """
    #compdef rulesc
    # zsh completion of rulesc; made by `rulesc completion zsh`.
    _rulesc() {
      local -a verbs
      verbs=(

    """
  for verb in verbs { text += "    \(quoted("\(verb.name):\(verb.summary)"))\n" }
  text += """
      )
      if ((CURRENT == 2)); then
        _describe verb verbs
        _arguments '--version[Print the version and exit.]' '--help[Print the help and exit.]'
        return
      fi
      local verb=$words[2]
      shift words
      ((CURRENT--))
      case $verb in

    """
  for verb in verbs {
    text += "    \(verb.name))\n      _arguments"
    for option in verb.options + [.help] {
      let value = option.value.map { ":\(zshLabel($0)):\(zshAction(Completable($0)))" } ?? ""
      let equals = option.value == nil ? "" : "="
      text +=
        " \\\n        \(quoted("\(option.name)\(equals)[\(zshEscaped(option.help))]\(value)"))"
    }
    let action = zshAction(Completable(verb.operands))
    if !action.isEmpty {
      text += " \\\n        \(quoted("*:\(zshLabel(verb.operands)):\(action)"))"
    }
    text += " ;;\n"
  }
  return text + "  esac\n}\n_rulesc \"$@\"\n"
}

private func zshAction(_ what: Completable) -> String {
  switch what {
  case .words(let words): "(\(words.joined(separator: " ")))"
  case .rulesFiles: "_files -g \"*.rules\""
  case .tracesAndRules: "_files -g \"*.(rules|rulestrace)\""
  case .folders: "_files -/"
  case .nothing: ""
  }
}

private func zshLabel(_ usage: String) -> String {
  usage.filter { $0.isLetter || $0 == " " }.lowercased()
}

private func zshEscaped(_ text: String) -> String {
  text.replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(":", with: "\\:")
}

/// Completes in fish: one `complete` a verb, an option, an operand.
func fishCompletion(_ verbs: [Verb]) -> String {
  var text = """
    # fish completion of rulesc; made by `rulesc completion fish`.
    complete -c rulesc -f
    complete -c rulesc -n __fish_use_subcommand -l help -s h -d 'Print the help and exit.'
    complete -c rulesc -n __fish_use_subcommand -l version -d 'Print the version and exit.'

    """
  for verb in verbs {
    text += "complete -c rulesc -n __fish_use_subcommand -a \(verb.name)"
    text += " -d \(quoted(verb.summary))\n"
    let condition = quoted("__fish_seen_subcommand_from \(verb.name)")
    for option in verb.options + [.help] {
      text += "complete -c rulesc -n \(condition) -l \(option.name.dropFirst(2))"
      if let value = option.value { text += " -x -a \(fishWords(Completable(value)))" }
      text += " -d \(quoted(option.help))\n"
    }
    if case .nothing = Completable(verb.operands) { continue }
    text += "complete -c rulesc -n \(condition) -a \(fishWords(Completable(verb.operands)))\n"
  }
  return text
}

private func fishWords(_ what: Completable) -> String {
  switch what {
  case .words(let words): quoted(words.joined(separator: " "))
  case .rulesFiles: "'(__fish_complete_suffix .rules)'"
  case .tracesAndRules: "'(__fish_complete_suffix .rulestrace; __fish_complete_suffix .rules)'"
  case .folders: "'(__fish_complete_directories)'"
  case .nothing: "''"
  }
}

/// In single quotes, for zsh and fish both when the text has none of its own; such a quote becomes
/// a typographic one.
private func quoted(_ text: String) -> String {
  "'\(text.replacing("'", with: "’"))'"
}
