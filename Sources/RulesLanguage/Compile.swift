/// Text to resolved model: parse every file, follow `import "other.rules"`, bind names, check types.
///
/// - Parameters:
///   - files: the files given, in order. A file reached by an import and given is one file.
///   - load: returns the file at a path, or nil when it cannot be read. The path is what an
///     `import` says, put behind the folder of the importing file. This module itself never touches
///     the file system.
/// - Returns: the program, unless some text is in error; every error of every file in one run,
///   sorted by position, without cascades, no more than a thousand. Positions index `files` of the result.
public func compile(
  _ files: [SourceFile], load: (_ path: String) -> SourceFile?
) -> (files: [SourceFile], result: Checked<Program>) {
  let loaded = loadFiles(files, load: load)
  var resolver = Resolver(trees: loaded.trees)
  let program = resolver.resolve(files: loaded.files)
  let all = sortedOnce(loaded.diagnostics + resolver.diagnostics)
  let diagnostics = Array(all.prefix(Limits.diagnostics))
  let isSound = !all.contains { $0.severity == .error }
  return (loaded.files, Checked(value: isSound ? program : nil, diagnostics: diagnostics))
}

/// By place and code; of several with the same place and code, the first.
private func sortedOnce(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  struct Key: Hashable {
    var position: SourcePosition
    var code: String
  }
  var seen: Set<Key> = []
  return
    diagnostics
    .filter { seen.insert(Key(position: $0.position, code: $0.code)).inserted }
    .sorted { ($0.position, $0.code) < ($1.position, $1.code) }
}
