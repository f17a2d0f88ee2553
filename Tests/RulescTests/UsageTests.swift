import Testing

@Suite("rulesc: the command line")
struct UsageTests {
  private func run(_ arguments: String) throws -> Run {
    let parts = arguments.split(separator: " ").map(String.init)
    let place = try Workplace()
    switch parts.count {
    case 0: return try place.run()
    case 1: return try place.run(parts[0])
    case 2: return try place.run(parts[0], parts[1])
    default: return try place.run(parts[0], parts[1], parts[2])
    }
  }

  @Test(
    "what it does not understand is one line on standard error and exit status 2",
    arguments: [
      ("", "rulesc: no verb given; see `rulesc --help`"),
      ("chekc", "rulesc: unknown verb `chekc`; did you mean `check`?"),
      ("--versoin", "rulesc: unknown option `--versoin`; did you mean `--version`?"),
      ("frobnicate", "rulesc: unknown verb `frobnicate`; see `rulesc --help`"),
      ("check", "rulesc: check: no rules file given; see `rulesc check --help`"),
      ("check --fast a.rules", "rulesc: unknown option `--fast`; see `rulesc check --help`"),
      (
        "generate --output-dir a.rules",
        "rulesc: unknown option `--output-dir`; did you mean `--output-directory`?"
      ),
      (
        "generate --output-directory",
        "rulesc: the option `--output-directory` needs a value: DIR"
      ),
      ("generate a.rules", "rulesc: the option --output-directory DIR is missing"),
      ("check --help=yes a", "rulesc: the option `--help` takes no value"),
      ("check missing.rules", "rulesc: cannot read missing.rules: No such file or directory"),
      ("check .", "rulesc: cannot read .: Is a directory"),
      ("check /dev/zero", "rulesc: cannot read /dev/zero: it is larger than 64 MB"),
      ("check -- --help", "rulesc: cannot read --help: No such file or directory"),
    ])
  func misuse(arguments: String, line: String) throws {
    let run = try run(arguments)
    #expect(run.errors == line + "\n")
    #expect(run.output.isEmpty)
    #expect(run.status == 2)
  }

  @Test("a repeated option is refused")
  func repeated() throws {
    let run = try Workplace().run(
      "generate", "--source-root=a", "--source-root", "b", "--output-directory=c", "d.rules")
    #expect(run.errors == "rulesc: the option `--source-root` is given twice\n")
    #expect(run.status == 2)
  }

  @Test("a file that is no text is refused")
  func notText() throws {
    let place = try Workplace()
    let run = try place.run("check", "/proc/self/exe")
    #expect(run.errors == "rulesc: cannot read /proc/self/exe: it is not UTF-8 text\n")
    #expect(run.status == 2)
  }

  @Test("--version prints the version")
  func version() throws {
    let run = try run("--version")
    #expect(run.output == "rulesc 0.1.0\n")
    #expect(run.status == 0 && run.errors.isEmpty)
  }

  @Test("--help lists the verbs")
  func help() throws {
    let expected = """
      rulesc - the compiler of .rules files

      USAGE: rulesc VERB [OPTION...] FILE...

      VERBS:
        check       Check that rules leave no state unhandled and none to two rules.
        generate    Write the Swift code of rules files.
        format      Put rules files into the one style there is.
        coverage    Count the states that rules handle, and list those they do not.
        table       Print the rules as condition tables.
        graph       Draw which rule enables which.
        diff        Compare two versions of rules: which states are decided differently?
        explain     Explain a diagnostic code, with an example and its repair.
        why         Tell which clause wins in a state, and why the others do not.
        simulate    Step through rules and events by hand, or by chance.
        mutants     List small changes of the rules that tests should notice.
        replay      Hold a recorded trace against the rules as they are now.
        lsp         Serve an editor: the language server for rules files.
        completion  Print a script that has a shell complete rulesc's command lines.

      OPTIONS:
        --version   Print the version and exit.
        -h, --help  Print this text and exit; after a verb, what the verb does.

      Exit status: 0 fine, 1 the rules are in error, 2 wrong usage or unreadable input.
      Diagnostics go to standard error, results to standard output.

      """
    for spelling in ["--help", "-h"] {
      let run = try run(spelling)
      #expect(run.output == expected)
      #expect(run.status == 0 && run.errors.isEmpty)
    }
  }

  @Test("every verb has its own help, which ends with an example")
  func verbHelp() throws {
    let lines = try run("--help").output.split(separator: "\n")
    let verbs = lines.filter { $0.hasPrefix("  ") && !$0.contains("--") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(verbs.count >= 5)
    for verb in verbs {
      let run = try run("\(verb) --help")
      #expect(run.output.hasPrefix("rulesc \(verb) - "))
      #expect(run.output.contains("\nUSAGE: rulesc \(verb)"))
      #expect(run.output.contains("-h, --help"))
      #expect(run.output.contains("\nEXAMPLE: "), "\(verb)")
      #expect(!run.output.contains(" \n"), "\(verb) has white space at the end of a line")
      #expect(run.status == 0 && run.errors.isEmpty)
    }
  }

  @Test("the help of generate lists its options")
  func generateHelp() throws {
    let expected = """
      rulesc generate - Write the Swift code of rules files.

      USAGE: rulesc generate --output-directory DIR [--source-root ROOT] [--check] [--mutants] FILE...

      Writes one Swift file for each rules file given; for an imported file only if it is given
      too. A file whose content stays the same is not touched. When anything is in error, also a
      gap or an overlap, nothing is written.

      Those who commit the Swift files have --check hold them to the rules: it says of each file
      whether it differs, is missing, or was left over by a rules file that is not there any more.

      OPTIONS:
        --output-directory DIR  Where the Swift files go; made if missing.
        --source-root ROOT      The folder that comments name rules files relative to (default: here).
        --check                 Write nothing; list files that differ, are missing or left over, and exit with 1.
        --mutants               Write the mutants of `rulesc mutants` too, for tests of tests: slower, never for use.
        -h, --help              Print this text and exit.

      EXAMPLE: rulesc generate --output-directory Generated rules/Log/*.rules

      """
    #expect(try run("generate -h").output == expected)
  }
}
