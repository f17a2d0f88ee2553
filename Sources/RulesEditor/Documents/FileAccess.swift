import RulesLanguage

/// How the server sees files that no editor has open. Both functions are asked for absolute,
/// normalised paths, and answer at once.
public struct FileAccess: Sendable {
  /// The text of a file; nil when it cannot be read.
  public var read: @Sendable (_ path: String) -> String?
  /// The paths of the rules files that stand directly in a folder (`/home/ann/rules/`), sorted.
  public var rulesFiles: @Sendable (_ folder: String) -> [String]

  public init(
    read: @escaping @Sendable (_ path: String) -> String?,
    rulesFiles: @escaping @Sendable (_ folder: String) -> [String]
  ) {
    self.read = read
    self.rulesFiles = rulesFiles
  }

  /// No files but those that are open.
  public static let none = FileAccess(read: { _ in nil }, rulesFiles: { _ in [] })
}
