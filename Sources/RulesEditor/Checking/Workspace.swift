import RulesLanguage

/// The programs that the open documents belong to. A program is a file that no other file imports,
/// its root, with all that it imports, directly or through others.
///
/// Roots are looked for among the open documents and the rules files beside them: `Segment.rules`
/// alone does not know the pool that `LogReplication.rules` puts it into.
struct Workspace: Sendable {
  /// Files looked at in the folder of a document.
  static let largestFolder = 200
  /// Files of all programs together.
  static let largestCount = 1000

  /// Root files, sorted by path, with the paths of all files that their programs contain.
  private(set) var roots: [(path: String, files: Set<String>)] = []

  init() {}

  init(_ documents: DocumentStore, _ access: FileAccess) {
    let open = Set(documents.all.map(\.path))
    let candidates = Self.candidates(documents, access)
    var imports = ImportReader(documents: documents, access: access)
    let reached = candidates.map { imports.files(from: $0) }
    for (path, files) in zip(candidates, reached) where !files.isDisjoint(with: open) {
      let isImported = zip(candidates, reached).contains { other, otherFiles in
        // Of files that import each other, the first one is the root.
        other != path && otherFiles.contains(path) && (!files.contains(other) || other < path)
      }
      if !isImported { roots.append((path, files)) }
    }
  }

  /// The roots of the programs that contain a file.
  func roots(of path: String) -> [String] {
    roots.filter { $0.files.contains(path) }.map(\.path)
  }

  private static func candidates(_ documents: DocumentStore, _ access: FileAccess) -> [String] {
    var known: Set<String> = []
    var folders: Set<String> = []
    for document in documents.all {
      known.insert(document.path)
      let folder = folder(of: document.path)
      guard folder.hasPrefix("/"), folders.insert(folder).inserted else { continue }
      known.formUnion(access.rulesFiles(folder).prefix(largestFolder))
    }
    return known.sorted()
  }
}

/// What files import, each file read once.
private struct ImportReader {
  let documents: DocumentStore
  let access: FileAccess
  private var known: [String: [String]] = [:]

  init(documents: DocumentStore, access: FileAccess) {
    self.documents = documents
    self.access = access
  }

  /// The file and all that it imports.
  mutating func files(from path: String) -> Set<String> {
    var reached: Set<String> = [path]
    var open = [path]
    while let next = open.popLast() {
      for imported in imports(of: next) where reached.insert(imported).inserted {
        open.append(imported)
      }
    }
    return reached
  }

  private mutating func imports(of path: String) -> [String] {
    if let imports = known[path] { return imports }
    guard known.count < Workspace.largestCount else { return [] }
    let file =
      documents[path: path]?.file ?? access.read(path).map { SourceFile(path: path, text: $0) }
    let imports = file.map(importedPaths) ?? []
    known[path] = imports
    return imports
  }
}
