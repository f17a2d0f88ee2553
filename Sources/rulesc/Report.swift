import Glibc
import RulesLanguage
import RulesOutput

/// Writes findings to standard error; on a terminal in colour, and with the way to learn more.
/// Called once with errors in a run of the command.
func report(_ diagnostics: [Diagnostic], files: [SourceFile]) {
  let isTerminal = isatty(STDERR_FILENO) == 1
  let isColoured = isTerminal && !isSet("NO_COLOR")
  writeError(render(diagnostics, files: files, isColoured: isColoured))
  guard isTerminal, let error = diagnostics.first(where: { $0.severity == .error }) else { return }
  writeError("\nWhat a code means: `rulesc explain \(error.code)`.\n")
}

/// An environment variable that is not empty.
private func isSet(_ name: String) -> Bool {
  guard let value = getenv(name) else { return false }
  return value.pointee != 0
}
