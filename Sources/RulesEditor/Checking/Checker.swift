import RulesLanguage

/// Keeps the programs of the open documents checked. Compiling is done at once, whenever something
/// asks and the texts have changed; analyses are given out one at a time as `Check`s. Edits that
/// come meanwhile make its result stale, and stale results are dropped.
struct Checker: Sendable {
  let access: FileAccess
  private(set) var workspace = Workspace()
  /// By path of the root.
  private(set) var roots: [String: CheckedRoot] = [:]
  private var indexes: [[String]: SymbolIndex] = [:]
  private var isStale = true
  private var stamps = 0

  init(access: FileAccess) { self.access = access }

  /// Some text has changed, or may have.
  mutating func textsChanged() { isStale = true }

  /// Compiles what has changed since the last time.
  mutating func refresh(_ documents: DocumentStore) {
    guard isStale else { return }
    isStale = false
    workspace = Workspace(documents, access)
    let previous = roots
    roots = [:]
    var hasChanged = previous.count != workspace.roots.count
    for (path, _) in workspace.roots {
      guard let file = load(path, documents) else { continue }
      let (files, compiled) = compile([file]) { load($0, documents) }
      if let known = previous[path], known.files == files {
        roots[path] = known
      } else {
        stamps += 1
        roots[path] = CheckedRoot(files, compiled, stamp: stamps, after: previous[path])
        hasChanged = true
      }
    }
    if hasChanged { indexes = [:] }
  }

  /// The names of all programs that contain a file, bound together.
  mutating func index(of path: String, _ documents: DocumentStore) -> SymbolIndex {
    refresh(documents)
    let paths = workspace.roots(of: path)
    if let known = indexes[paths] { return known }
    let files = paths.compactMap { load($0, documents) }
    let index = indexSymbols(files) { load($0, documents) }
    indexes[paths] = index
    return index
  }

  /// The programs that contain a file, by path of the root.
  func roots(of path: String) -> [CheckedRoot] {
    workspace.roots(of: path).compactMap { roots[$0] }
  }

  private func load(_ path: String, _ documents: DocumentStore) -> SourceFile? {
    documents[path: path]?.file ?? access.read(path).map { SourceFile(path: path, text: $0) }
  }

  // MARK: Analyses

  /// The next program that should be analysed.
  func nextCheck() -> Check? {
    for (path, _) in workspace.roots {
      guard let root = roots[path], root.isPending, let program = root.program else { continue }
      return Check(root: path, stamp: root.stamp, program: program)
    }
    return nil
  }

  mutating func finish(_ result: CheckResult) {
    guard roots[result.root]?.stamp == result.stamp else { return }
    roots[result.root]?.accept(result.findings)
  }
}
