import RulesAnalysis
import RulesLanguage

/// One program as far as it is known: compiled at once, analysed when there is time.
struct CheckedRoot: Sendable {
  /// What the positions of its diagnostics index.
  let files: [SourceFile]
  /// Nil: its text is in error.
  let program: Program?
  let textDiagnostics: [Diagnostic]
  /// Tells this program from what the same root was before and will be after an edit.
  let stamp: Int
  /// Nil: not analysed yet, or in error.
  var findings: Findings?
  /// What editors shall see. While a program waits for its analysis that is what was found before,
  /// so that nothing blinks with every key.
  private(set) var shown: Shown

  /// What an analysis found.
  struct Findings: Sendable {
    var diagnostics: [Diagnostic]
    var scopes: [ScopeSummary]
  }

  /// Diagnostics with the files that their positions index.
  struct Shown: Sendable {
    var files: [SourceFile]
    var diagnostics: [Diagnostic]
    var isInError: Bool
  }

  init(
    _ files: [SourceFile], _ compiled: Checked<Program>, stamp: Int, after previous: CheckedRoot?
  ) {
    self.files = files
    self.stamp = stamp
    program = compiled.value
    textDiagnostics = compiled.diagnostics
    let own = Shown(
      files: files, diagnostics: compiled.diagnostics, isInError: compiled.value == nil)
    if let previous, !previous.shown.isInError, !own.isInError {
      shown = previous.shown
    } else {
      shown = own
    }
  }

  /// Whether its analysis is still to come.
  var isPending: Bool { program != nil && findings == nil }

  /// All that is known to be wrong with the text as it is now.
  var diagnostics: [Diagnostic] { textDiagnostics + (findings?.diagnostics ?? []) }

  mutating func accept(_ findings: Findings) {
    self.findings = findings
    shown = Shown(files: files, diagnostics: diagnostics, isInError: false)
  }
}

/// The counts of one scope, without the diagrams that they were read from.
struct ScopeSummary: Sendable {
  /// `Segment.replica`
  var name: String
  var counts: ScopeCounts
  var clauses: [ClauseAnalysis]
}

/// One analysis that is to be made: a value, so that it can run beside the server.
public struct Check: Sendable {
  let root: String
  let stamp: Int
  let program: Program

  /// Analyses the program. Takes as long as that takes: up to seconds for large state spaces.
  public func run() -> CheckResult {
    let analysis = analyse(program)
    let scopes = analysis.scopes.map {
      ScopeSummary(name: $0.name, counts: $0.counts, clauses: $0.clauses)
    }
    return CheckResult(
      root: root, stamp: stamp,
      findings: CheckedRoot.Findings(diagnostics: analysis.diagnostics, scopes: scopes))
  }
}

/// What a `Check` found, to be handed to the server that asked for it.
public struct CheckResult: Sendable {
  let root: String
  let stamp: Int
  let findings: CheckedRoot.Findings
}
