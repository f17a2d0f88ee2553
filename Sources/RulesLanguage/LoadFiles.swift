/// All files of one program, parsed.
struct LoadedFiles {
  var files: [SourceFile] = []
  /// Same indices as `files`.
  var trees: [FileSyntax] = []
  var diagnostics: [Diagnostic] = []
}

/// Parses the files given and, breadth first, the files they import. A file is read once, however
/// many paths lead to it and in whatever circle.
func loadFiles(
  _ given: [SourceFile], load: (_ path: String) -> SourceFile?
) -> LoadedFiles {
  var loaded = LoadedFiles()
  var known: Set<String> = []
  for file in given where known.insert(normalised(file.path)).inserted {
    loaded.files.append(file)
  }
  var index = 0
  while index < loaded.files.count {
    let file = loaded.files[index]
    let (tree, diagnostics) = parse(file, index: index)
    loaded.diagnostics += diagnostics
    for item in tree.imports {
      guard case .file(let relative) = item.target else { continue }
      let path = importedPath(relative, from: file.path)
      guard known.insert(path).inserted else { continue }
      if loaded.files.count >= Limits.files {
        let message = "a program has at most \(Limits.files) files"
        loaded.diagnostics.append(Diagnostic("unsupported", at: item.position, message))
      } else if let imported = load(path) {
        loaded.files.append(imported)
      } else {
        let message = "cannot read the rules file \"\(relative)\" (looked for \(path))"
        loaded.diagnostics.append(Diagnostic("unknown-name", at: item.position, message))
      }
    }
    loaded.trees.append(tree)
    index += 1
  }
  return loaded
}

/// The normalised paths of the rules files that a file imports itself, in text order.
package func importedPaths(of file: SourceFile) -> [String] {
  parse(file, index: 0).syntax.imports.compactMap { item in
    guard case .file(let relative) = item.target else { return nil }
    return importedPath(relative, from: file.path)
  }
}

private func importedPath(_ relative: String, from path: String) -> String {
  normalised(relative.hasPrefix("/") ? relative : folder(of: path) + relative)
}

/// The path up to and with its last `/`; empty when there is none.
package func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "" }
  return String(path[...slash])
}

/// The path without `.`, empty and `x/..` parts. Symbolic links are not looked at.
package func normalised(_ path: String) -> String {
  var parts: [Substring] = []
  let isAbsolute = path.hasPrefix("/")
  for part in path.split(separator: "/") where part != "." {
    if part == ".." {
      if let last = parts.last, last != ".." {
        parts.removeLast()
        continue
      }
      if isAbsolute { continue }
    }
    parts.append(part)
  }
  return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
}
