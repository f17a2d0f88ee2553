/// How source paths appear in generated text: the only thing about it that depends on where a
/// project lies.
public struct GenerationOptions: Hashable, Sendable {
  /// Absolute path of the folder that comments and reports name rules files relative to; files
  /// outside it are named by their absolute path.
  public var root: String
  /// Absolute path of the folder that relative source paths start from.
  public var workingDirectory: String

  /// Whether the code has the task's mutants beside its rules: for tests of tests, never for use.
  public var hasMutants: Bool

  public init(root: String, workingDirectory: String, hasMutants: Bool = false) {
    self.root = root
    self.hasMutants = hasMutants
    self.workingDirectory = workingDirectory
  }

  /// The path that `#sourceLocation` gets: absolute, so that any build system finds the file.
  func absolutePath(of path: String) -> String {
    path.hasPrefix("/") ? path : Self.withoutTrailingSlash(workingDirectory) + "/" + path
  }

  /// The path that comments and reports show.
  func shownPath(of path: String) -> String {
    let absolute = absolutePath(of: path)
    let prefix = Self.withoutTrailingSlash(root) + "/"
    return absolute.hasPrefix(prefix) ? String(absolute.dropFirst(prefix.count)) : absolute
  }

  private static func withoutTrailingSlash(_ path: String) -> String {
    path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
