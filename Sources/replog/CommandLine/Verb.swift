/// One flag of a verb, as the help shows it and as the parser accepts it.
struct Flag: Sendable {
  /// With its dashes, `--input`.
  var name: String
  /// What the help calls the value, `FILE`; nil: a switch without one.
  var value: String?
  var help: String
  /// Must be given.
  var required = false

  /// A flag with a value.
  init(_ name: String, _ value: String, _ help: String, required: Bool = false) {
    self.name = name
    self.value = value
    self.help = help
    self.required = required
  }

  /// A switch.
  init(_ name: String, _ help: String) {
    self.name = name
    self.help = help
  }
}

/// A verb of the command: what its help says, and what it does.
struct Verb: Sendable {
  var name: String
  /// Half a line for the list of verbs.
  var summary: String
  /// Paragraphs of the verb's own help, each a line or more of at most 78 characters.
  var details: String
  var flags: [Flag]
  var run: @Sendable (Options, Console) async throws -> ExitCode
}
