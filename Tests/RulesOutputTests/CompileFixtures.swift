// The hand-written side that generated code needs, as text for the compiler.

extension CompileTests {
  /// The classes of the flagship rules, with plain stored facts.
  static let state = """
    import RulesRuntime

    struct ServerID: Equatable { var slot = 0 }

    final class Replica: RuleSubject {
      unowned let segment: Segment
      var subjectID: UInt64 { 1 }
      var subjectName: String { "replica" }
      var server = Server.none
      var header = Progress.unsent
      var footer = Progress.unsent
      var rpc = Rpc.idle
      var committed = 0
      var sent = 0
      var appended = 0
      var serverID: ServerID?
      init(_ segment: Segment) { self.segment = segment }
      func deselectServer() {}
    }

    final class Segment {
      let membership = TaskMembership()
      var subjectID: UInt64 { 0 }
      var subjectName: String { "segment" }
      var finalized = false
      var replicas: [Replica] = []
      var prior: Segment?
      var following: Segment?
      func chooseServer(for replica: Replica) {}
      func sendHeader(_ replica: Replica) {}
      func sendData(_ replica: Replica, limit: Int) {}
      func sendFooter(_ replica: Replica) {}
      func noteHeaderCommitted(_ replica: Replica) {}
      func noteDataCommitted(_ replica: Replica) {}
      func noteFooterCommitted(_ replica: Replica) {}
    }

    final class LogState {
      func replicas(using server: ServerID) -> [Replica] { [] }
    }

    final class ServerFailure {
      let membership = TaskMembership()
      var subjectID: UInt64 { 9 }
      var subjectName: String { "failure" }
      let log = LogState()
      let failed = ServerID()
    }
    """

  static let oddState = """
    import RulesRuntime

    enum Mode { case on, off }

    final class Item: RuleSubject {
      var subjectID: UInt64 { 1 }
      var subjectName: String { "item" }
      var size = 0
      var low = 0
      var middle = 0
      var high = 1
      func shrink() {}
    }

    final class Odd {
      let membership = TaskMembership()
      var subjectID: UInt64 { 0 }
      var subjectName: String { "odd" }
      var mode = Mode.on
      var items: [Item] = []
      var next: Odd?
      var last: Odd?
      let home = Segment()
    }
    """

  /// The runtime's interface, as far as generated code uses it; it prints the leaf.
  static let recordingRuntime = """
    struct RuleTable: Sendable {
      init(task: String, file: String, contentHash: UInt64, scopes: [Scope]) {}
      static func leaves(_ text: String) -> [Leaf] { [] }
      struct Scope: Sendable {
        init(name: String, line: Int, variables: [Variable], leaves: [Leaf]) {}
      }
      struct Variable: Sendable {
        init(_ name: String, _ values: [String], shift: Int, width: Int) {}
      }
      struct Leaf: Sendable {
        enum Kind { case rule, wait, goal, unhandled, impossible }
        init(_ name: String, _ kind: Kind, line: Int, label: String = "", causes: [String] = []) {}
      }
    }
    protocol RuleLeaf: RawRepresentable<Int>, Sendable { static var scope: Int { get } }
    struct StateWord: Equatable {
      var bits: UInt64 = 0
      mutating func put(_ value: UInt8, at shift: UInt64) { bits |= UInt64(value) << shift }
      mutating func put(_ value: Bool, at shift: UInt64) { bits |= (value ? 1 : 0) << shift }
    }
    protocol RuleSubject: AnyObject {
      var subjectID: UInt64 { get }
      var subjectName: String { get }
    }
    protocol RuleTask: RuleSubject {
      static var ruleTable: RuleTable { get }
      var membership: TaskMembership { get }
      func applyRules(_ turn: inout Turn)
    }
    final class TaskMembership { func activate() {} }
    struct Turn {
      var leaf = -1
      var checks = 0
      mutating func fire<L: RuleLeaf>(
        _ leaf: L, _ word: StateWord, _ subject: any RuleSubject, action: () throws -> Void
      ) { self.leaf = leaf.rawValue }
      mutating func stay<L: RuleLeaf>(
        for delay: Duration, _ leaf: L, _ word: StateWord, _ subject: any RuleSubject
      ) {}
      mutating func wait<L: RuleLeaf>(
        _ leaf: L, _ word: StateWord, _ subject: any RuleSubject, warnAfter: Duration? = nil
      ) { self.leaf = leaf.rawValue }
      mutating func reachGoal<L: RuleLeaf>(
        _ leaf: L, _ word: StateWord, _ subject: any RuleSubject
      ) { self.leaf = leaf.rawValue }
      mutating func unexpected<L: RuleLeaf>(
        _ leaf: L, _ word: StateWord, _ subject: any RuleSubject
      ) { self.leaf = leaf.rawValue }
      mutating func wake(_ task: some RuleTask) {}
      mutating func check<L: RuleLeaf>(
        _ leaf: L, _ old: StateWord, _ new: StateWord, _ subject: any RuleSubject,
        then declared: String, outcomes: [[RuleOutcome]], unchecked: [String] = []
      ) { checks += 1 }
    }
    struct RuleOutcome: Sendable {
      init(_ variable: String, _ values: [String]) {}
      init(_ variable: String, from values: [[Int]]) {}
    }
    """

  /// Evaluates every combination of facts, orderings that must not be included, and prints it.
  static let everyState = """
    func neighbour(_ opened: Bool, _ closed: Bool) -> Segment {
      let segment = Segment()
      let replica = Replica(segment)
      replica.header = opened ? .committed : .unsent
      replica.footer = closed ? .committed : .unsent
      segment.replicas = [replica]
      return segment
    }

    let segment = Segment()
    let replica = Replica(segment)
    segment.replicas = [replica]
    for bits in 0..<8 {
      segment.finalized = bits & 1 != 0
      segment.following = neighbour(bits & 2 != 0, false)
      segment.prior = neighbour(false, bits & 4 != 0)
      for (server, header) in (0..<6).map({ (UInt8($0 / 3), UInt8($0 % 3)) }) {
        for (footer, rpc) in (0..<9).map({ (UInt8($0 / 3), UInt8($0 % 3)) }) {
          for numbers in 0..<27 {
            replica.server = Server(rawValue: server)!
            replica.header = Progress(rawValue: header)!
            replica.footer = Progress(rawValue: footer)!
            replica.rpc = Rpc(rawValue: rpc)!
            replica.committed = numbers / 9
            replica.sent = numbers / 3 % 3
            replica.appended = numbers % 3
            var turn = Turn()
            segment.applyRules(&turn)
            print(
              bits & 1, server, header, footer, rpc, replica.committed, replica.sent,
              replica.appended, bits >> 1 & 1, bits >> 2 & 1, turn.leaf)
          }
        }
      }
    }
    """
}
