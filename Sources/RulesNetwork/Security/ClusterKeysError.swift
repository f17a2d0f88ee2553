/// Why a key file cannot be used. Nothing that stands in the file is repeated: a secret may stand
/// where it does not belong.
public struct ClusterKeysError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// Counted from 1; nil when it is about the file as a whole.
  public var line: Int?
  /// What is wrong and what would be right.
  public var reason: String

  /// `cluster.keys:3: the secret has 12 bytes; 32 to 128 are needed`
  public var description: String {
    if let line { "\(path):\(line): \(reason)" } else { "\(path): \(reason)" }
  }
}
