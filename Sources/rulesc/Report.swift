import Glibc
import RulesLanguage
import RulesOutput

/// Writes findings to standard error; on a terminal in colour, and with the way to learn more.
/// Called once with errors in a run of the command.
func report(_ diagnostics: [Diagnostic], files: [SourceFile]) {
  let isTerminal = isatty(STDERR_FILENO) == 1
  writeError(render(diagnostics, files: files, isColoured: isColoured(STDERR_FILENO)))
  guard isTerminal, let error = diagnostics.first(where: { $0.severity == .error }) else { return }
  writeError("\nWhat a code means: `rulesc explain \(error.code)`.\n")
}

/// Whether what is written there may have colours: on a terminal, unless `NO_COLOR` is set.
func isColoured(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 && !isSet("NO_COLOR") }

/// Where results go.
let standardOutput = STDOUT_FILENO

/// An environment variable that is not empty.
private func isSet(_ name: String) -> Bool {
  guard let value = getenv(name) else { return false }
  return value.pointee != 0
}
