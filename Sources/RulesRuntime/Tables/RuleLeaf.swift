/// The leaves of one scope, as generated code names them.
public protocol RuleLeaf: RawRepresentable<Int>, Sendable {
  /// Index of the scope in the task's `RuleTable`.
  static var scope: Int { get }
}
