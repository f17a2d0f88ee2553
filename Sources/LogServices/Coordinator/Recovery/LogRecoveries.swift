import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// The surveys that are under way.
final class LogRecoveries {
  /// How many there may be at a time.
  static let limit = 64

  private let core: PoolCore
  private let client: RPCClient
  /// The oldest first.
  private var surveys: [LogRecovery] = []
  private var begun: UInt64 = 0

  init(core: PoolCore, client: RPCClient) {
    self.core = core
    self.client = client
  }

  /// Whether another survey may begin now.
  var hasRoom: Bool { surveys.count < Self.limit }

  /// Begins a survey. One that fences ends those of older owners of the log.
  func begin(_ request: LogRecovery.Request, members: [ServerID]) {
    if request.fence > 0 {
      for survey in surveys
      where survey.request.fence > 0 && survey.request.ownership.log == request.ownership.log {
        survey.supersede()
      }
    }
    begun += 1
    let survey = LogRecovery(request, number: begun, core: core, client: client) {
      [weak self] ended in self?.surveys.removeAll { $0 === ended }
    }
    surveys.append(survey)
    core.add(survey, removeAtGoal: true)
    survey.membersChanged(members)
  }

  func membersChanged(_ members: [ServerID]) {
    for survey in surveys { survey.membersChanged(members) }
  }

  /// Ends all surveys without an answer.
  func close() {
    for survey in surveys {
      survey.stop()
      core.remove(survey)
    }
    surveys = []
  }
}
