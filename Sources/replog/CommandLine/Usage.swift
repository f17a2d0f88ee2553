/// The command's help texts, made from the table of verbs.
enum Usage {
  static let version = "0.1.0"

  /// `replog --help`.
  static func overview(_ verbs: [Verb]) -> String {
    """
    replog keeps a log on the disks of several servers, by the rules in rules/ReplicatedLog.

    Usage: replog VERB [FLAG...]

    Verbs:
    \(table(verbs.map { ($0.name, $0.summary) }))

    Flags:
    \(table([("--help", "this text; after a verb, the verb's own"), ("--version", "the version")]))

    Exit codes: 0 done, 1 it found or met something wrong, 2 bad usage or unreadable input,
    65 the directory must not be used, 69 no coordinator answers or the directory is in use,
    74 the disk failed, 75 the cluster goes on without this server, 130 interrupted.

    """
  }

  /// `replog VERB --help`.
  static func help(for verb: Verb) -> String {
    let synopsis = verb.flags.map { flag in
      let text = flag.value.map { "\(flag.name) \($0)" } ?? flag.name
      return flag.required ? text : "[\(text)]"
    }
    let flags = verb.flags.map { flag in
      (flag.value.map { "\(flag.name) \($0)" } ?? flag.name, flag.help)
    }
    return """
      replog \(verb.name): \(verb.summary)

      \(usage(["Usage:", "replog", verb.name], synopsis))

      \(verb.details)

      Flags:
      \(table(flags + [("--help", "this text")]))

      """
  }

  /// Words, then pieces that are not broken, in lines of at most 100 columns.
  private static func usage(_ words: [String], _ pieces: [String]) -> String {
    var lines = [words.joined(separator: " ")]
    for piece in pieces {
      if lines[lines.count - 1].count + 1 + piece.count <= 100 {
        lines[lines.count - 1] += " " + piece
      } else {
        lines.append("       " + piece)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Two columns; a line break in the second is continued below its start.
  static func table(_ rows: [(String, String)]) -> String {
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    return rows.map { row in
      let lines = row.1.split(separator: "\n", omittingEmptySubsequences: false)
      let indent = "\n" + String(repeating: " ", count: width + 2)
      return "  " + row.0.padded(to: width) + lines.joined(separator: indent)
    }.joined(separator: "\n")
  }
}
