/// Which mutants of compiled rules are in force: small changes that tests should notice. Only code that
/// `rulesc generate --mutants` wrote asks; in all other programs there is nothing to select.
public enum RuleMutants {
  /// Some of one task's mutants; at most four.
  public struct Selection: Sendable {
    private var numbers: (Int, Int, Int, Int) = (0, 0, 0, 0)

    init(_ numbers: [Int] = []) {
      func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }
      self.numbers = (number(0), number(1), number(2), number(3))
    }

    /// Whether the mutant of this number is in force.
    public func has(_ number: Int) -> Bool {
      numbers.0 == number || numbers.1 == number || numbers.2 == number || numbers.3 == number
    }
  }

  /// How many mutants can be in force at a time.
  public static let limit = 4

  // `nonisolated(unsafe)` is sound for all of these: mutants are selected before any pool starts, in a
  // program that steps all its pools on one thread.
  nonisolated(unsafe) private static var table: UInt64?
  nonisolated(unsafe) private static var selection = Selection()
  nonisolated(unsafe) private static var unseen: [Place: Hidden] = [:]

  private struct Place: Hashable {
    var subject: ObjectIdentifier
    var fact: String
  }

  private struct Hidden {
    /// Keeps the object, so that no other one gets its identity.
    var subject: AnyObject
    var old: Any
    var new: Any
  }

  /// From now on these mutants are in force, and no other.
  /// - Parameter numbers: of `table.mutants`, at most `limit`; none: the rules are as they were written.
  public static func select(_ numbers: [Int], of table: RuleTable) {
    precondition(numbers.count <= limit, "at most \(limit) mutants can be in force")
    self.table = numbers.isEmpty ? nil : table.contentHash
    selection = Selection(numbers)
    unseen = [:]
  }

  /// From now on all rules are as they were written.
  public static func deselect() {
    table = nil
    selection = Selection()
    unseen = [:]
  }

  /// Whether a mutant of this task is in force.
  public static func areSelected(of table: RuleTable) -> Bool {
    self.table == table.contentHash
  }

  /// Those of this task that are in force.
  public static func selected(of table: RuleTable) -> Selection {
    areSelected(of: table) ? selection : Selection()
  }

  // MARK: Assignments that the rules do not see

  /// Whether there are any.
  public static var hasUnseen: Bool { !unseen.isEmpty }

  /// What an action made of a fact is not seen: it looks as before, until it changes once more.
  public static func hide<Value: Equatable>(
    _ new: Value, behind old: Value, _ fact: String, of subject: AnyObject
  ) {
    guard new != old else { return }
    let place = Place(subject: ObjectIdentifier(subject), fact: fact)
    unseen[place] = Hidden(subject: subject, old: old, new: new)
  }

  /// A fact as the rules see it.
  public static func seen<Value: Equatable>(
    _ value: Value, _ fact: String, of subject: AnyObject
  ) -> Value {
    let place = Place(subject: ObjectIdentifier(subject), fact: fact)
    guard let hidden = unseen[place], let old = hidden.old as? Value,
      let new = hidden.new as? Value
    else { return value }
    if new == value { return old }
    unseen[place] = nil
    return value
  }
}
