import RulesAnalysis
import RulesLanguage
import RulesOutput

/// What the fuzzer calls with arbitrary bytes, by the name it is chosen with.
enum FuzzTarget: String, CaseIterable {
  /// Lexer, parser and resolver.
  case compile
  /// All that `rulesc check` and `rulesc generate` do.
  case check
  /// `rulesc format`.
  case format

  func run(_ bytes: UnsafeRawBufferPointer) {
    let input = FuzzInput(bytes)
    switch self {
    case .compile: fuzzCompile(input)
    case .check: fuzzCheck(input)
    case .format: fuzzFormat(input)
    }
  }
}

private func fuzzCompile(_ input: FuzzInput) {
  let (files, result) = input.compiled()
  let hasErrors = result.diagnostics.contains { $0.severity == .error }
  require((result.value == nil) == hasErrors, "a program, or an error")
  requirePlaces(result.diagnostics, in: files)
  let rendered = render(result.diagnostics, files: files)
  require(rendered.isEmpty == result.diagnostics.isEmpty, "a text for each diagnostic")
  _ = indexSymbols(Array(input.files.prefix(1)), load: input.load)
}

private func fuzzCheck(_ input: FuzzInput) {
  let (files, result) = input.compiled()
  guard var program = result.value else { return }
  limitExplorations(&program)
  let analysis = analyse(program)
  requirePlaces(analysis.diagnostics, in: files)
  _ = render(analysis.diagnostics, files: files)
  for scope in analysis.scopes {
    let counts = scope.counts
    let classes = [counts.rule, counts.wait, counts.goal, counts.unhandled, counts.overlap]
    require(counts.consistent == classes.reduce(0, +), "\(scope.name): one class a state")
    require(counts.abstract == counts.consistent + counts.impossible, "\(scope.name): all states")
    guard let exploration = scope.exploration else { continue }
    require(UInt128(exploration.states) <= counts.consistent, "\(scope.name): reached states exist")
  }
  let findings = analysis.diagnostics + analysis.generationDiagnostics
  guard !findings.contains(where: { $0.severity == .error }) else { return }
  let options = GenerationOptions(root: "/", workingDirectory: "/")
  let generated = generateSwift(program, analysis, options: options)
  require(generated.count == program.files.count, "a Swift file for each rules file")
}

/// The author of an `explore` says how long it may take; no fuzzer waits for a million states.
private func limitExplorations(_ program: inout Program) {
  for pool in program.pools.indices {
    program.pools[pool].explorations = program.pools[pool].explorations.prefix(4).map {
      var exploration = $0
      exploration.budget = min(exploration.budget, 5_000)
      return exploration
    }
  }
}

private func fuzzFormat(_ input: FuzzInput) {
  guard let file = input.files.first else { return }
  let formatted = format(file)
  requirePlaces(formatted.diagnostics, in: [file])
  guard let text = formatted.value else { return }
  let again = format(SourceFile(path: file.path, text: text))
  require(again.value == text, "a formatted text stays as it is")

  // What is wrong with the names is wrong in both texts.
  var other = input
  other.files[0].text = text
  let before = input.compiled().result
  let after = other.compiled().result
  require((before.value == nil) == (after.value == nil), "formatting changes no meaning")
  let codes = before.diagnostics.map(\.code).sorted()
  require(codes == after.diagnostics.map(\.code).sorted(), "formatting changes no finding")
}
