import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// What the coordinator does for owners and readers of logs.
extension LeadingCoordinator {
  /// The request's sender becomes the owner of a log; the answer is what is left of it.
  func openLog(_ request: RPCRequest) throws {
    let query = try LogQuery(decoding: request.body)
    guard !query.name.isEmpty else { throw WireError("a log without a name") }
    try checkRoom()
    update(for: request) { state in
      let known = state.logs[query.name]
      guard known != nil || state.logs.count < Self.logLimit else {
        return .refused(.storage, "the cluster has \(Self.logLimit) logs already")
      }
      if let known, !query.wish.isMet(by: known.settings) {
        let wanted = query.wish.applied(to: known.settings)
        return .refused(
          .otherSettings, "log '\(query.name)' has \(known.settings), not \(wanted)")
      }
      if query.epoch > 0 {
        guard let known, known.epoch == query.epoch else {
          return .refused(.fenced, "log '\(query.name)' has a newer owner")
        }
        return .success(known)
      }
      guard let ownership = state.openLog(query.name, query.wish.settings) else {
        return .refused(.storage, "all numbers are used up")
      }
      return .success(ownership)
    } saved: { [weak self] ownership in
      self?.opened(query, ownership, request)
    }
  }

  private func opened(_ query: LogQuery, _ ownership: LogOwnership, _ request: RPCRequest) {
    configuration.log.log(
      .info,
      "log \(ownership.log) (\(query.name)) is owned by \(request.peer), epoch \(ownership.epoch)")
    survey(query, ownership, fence: ownership.epoch, for: request)
  }

  /// The answer is what is left of a log, which nothing is done to.
  func findLog(_ request: RPCRequest) throws {
    let query = try LogQuery(decoding: request.body)
    guard let ownership = store.state.logs[query.name] else {
      throw Refused(refusal: .noSuchLog, text: "there is no log \(query.name)")
    }
    try checkRoom()
    survey(query, ownership, fence: 0, for: request)
  }

  /// The answer is which log has a name.
  func nameLog(_ request: RPCRequest) throws {
    let name = try LogName(decoding: request.body).name
    guard let ownership = store.state.logs[name] else {
      throw Refused(refusal: .noSuchLog, text: "there is no log \(name)")
    }
    request.reply(ownership.encoded)
  }

  /// The answer is which logs there are, and how they are called.
  func listLogs(_ request: RPCRequest) throws {
    let after = try ListLogs(decoding: request.body).after
    let logs = store.state.logs.filter { $0.value.log > after }
      .sorted { $0.value.log < $1.value.log }
    request.reply(
      LogList(
        logs: logs.prefix(LogList.limit).map { NamedLog(name: $0.key, ownership: $0.value) },
        hasMore: logs.count > LogList.limit
      ).encoded)
  }

  private func checkRoom() throws(Refused) {
    guard recoveries.hasRoom else {
      throw Refused(refusal: .busy, text: "\(LogRecoveries.limit) surveys are under way")
    }
  }

  private func survey(
    _ query: LogQuery, _ ownership: LogOwnership, fence: UInt32, for request: RPCRequest
  ) {
    recoveries.begin(
      LogRecovery.Request(
        name: query.name, ownership: ownership, fence: fence, from: query.from,
        patience: .milliseconds(query.patience),
        isWanted: { !request.isCancelled },
        plan: { [weak self] answers in
          // The mark as it is now: an owner that lives may have raised it since the backups answered.
          let now = self?.store.state.logs[query.name] ?? ownership
          return planRecovery(
            answers, of: ownership.log, mark: now.mark, first: max(now.first, query.from))
        },
        answer: { [weak self] verdict in
          guard let self else { return }
          let now = store.state.logs[query.name] ?? ownership
          // One may have come after the lists were judged: no two owners get its epoch.
          guard let verdict, fence == 0 || fence == now.epoch else {
            return request.refuse(.fenced, "the log has a newer owner")
          }
          let survey = LogSurvey(
            ownership: now,
            membership: store.state.membership, verdict: verdict)
          request.reply(survey.encoded(within: Self.rpcLimits.body))
        }),
      members: store.state.members.map(\.server))
  }
}
