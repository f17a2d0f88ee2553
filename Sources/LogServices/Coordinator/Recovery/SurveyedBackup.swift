import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// A backup that a survey asks what it has of a log.
final class SurveyedBackup {
  /// How long it may take to answer; one that takes longer counts as silent.
  static let replyLimit = Duration.seconds(2)

  let server: ServerID
  /// The survey, which owns this.
  unowned let survey: LogRecovery

  /// Fact: what is known of its list.
  private(set) var listing = Listing.due
  /// What it has; nil: it did not answer.
  private(set) var replicas: [ReplicaList.Replica]?
  private var permit: Permit?
  private var call: RPC?
  private var limit: PoolTimer?

  init(_ server: ServerID, of survey: LogRecovery) {
    self.server = server
    self.survey = survey
  }

  /// Fact: whether it may be asked now.
  var admission: Admission {
    guard let permit else { return .none }
    return permit.isGranted ? .granted : .waiting
  }

  /// Whether it is still to be asked.
  var isDue: Bool { listing == .due }

  var answer: BackupAnswer { BackupAnswer(server: server, replicas: replicas) }

  func askForPermit(_ permit: Permit) { self.permit = permit }

  /// Asks for its list.
  func ask(_ query: ListReplicas, core: PoolCore, client: RPCClient) {
    listing = .asked
    call = client.start(
      .server(server), opcode: LogOperation.listReplicas.rawValue, head: query.encoded
    ) { [weak self] _ in self?.arrived() }
    limit = core.schedule(after: Self.replyLimit) { [weak self] in self?.arrived() }
  }

  /// The answer is here, or it is too late for one.
  private func arrived() {
    guard listing == .asked else { return }
    listing = .arrived
    survey.happened(.reply)
  }

  /// Reads the answer.
  /// - Returns: why there is none; nil: there is.
  func take() -> NoReply? {
    let call = call
    cancel()
    permit = nil
    do throws(NoReply) {
      guard let call else { throw NoReply(description: "no answer") }
      replicas = try reply(ReplicaList.self, from: call).replicas
      listing = .listed
      return nil
    } catch {
      replicas = nil
      listing = .silent
      return error
    }
  }

  /// It is to be asked once more.
  func askAgain() { listing = .due }

  /// Ends what is under way.
  func cancel() {
    call?.cancel()
    call = nil
    limit?.cancel()
    limit = nil
  }

  /// It is no member any more.
  func leave() {
    cancel()
    permit = nil
  }
}

extension SurveyedBackup: RuleSubject {
  /// Slots are numbered from 1 on and never reused.
  var subjectID: UInt64 { survey.subjectID + UInt64(server.slot) }
  var subjectName: String { "\(survey.subjectName), backup \(server)" }
}
