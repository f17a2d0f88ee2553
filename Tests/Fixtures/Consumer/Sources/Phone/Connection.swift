import RulesRuntime

/// The state that `Connection.rules` speaks of; the rules become methods of this class.
final class Connection {
  let membership = TaskMembership()
  let subjectID: UInt64 = 1
  let subjectName = "the connection"

  var wanted = false
  var link = Link.down
  private(set) var dialled = 0

  func dial() {
    dialled += 1
    link = .dialing
  }
}
