/// Something rules are about: a task, or one element of an `each`. What identifies it in a trace
/// and names it in a report. Whoever visited it may ask after its own task has left the pool.
public protocol RuleSubject: AnyObject {
  /// Unique among the subjects of one pool.
  var subjectID: UInt64 { get }
  /// `segment 3, replica 1`
  var subjectName: String { get }
}
