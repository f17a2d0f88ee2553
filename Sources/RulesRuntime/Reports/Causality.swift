/// Why a rule fired: the firing, what enabled it, the firing that goes back to, and so on, newest first.
public struct Causality: Sendable, CustomStringConvertible {
  /// A firing of the chain.
  public struct Link: Sendable {
    /// Which rule fired for whom, and what enabled it.
    public var firing: PoolStatistics.Firing
    /// The label of the rules file; empty when there is none.
    public var label: String
    /// `rules/Log/Segment.rules:64`
    public var place: String
    /// The name of the cause, as of the request that was answered; empty when it has none.
    public var causeName: String
    /// The states before and after it in the words of the rules; after: as the subject's next evaluation
    /// found it, nil when there was none yet.
    public var before: String
    public var after: String?
  }

  /// How a chain ends.
  public enum End: Sendable {
    /// With something that came from outside, the last link's cause.
    case outside
    /// The firing before is no longer in the trace.
    case lost
    /// After the most links that were asked for.
    case limit
  }

  /// The firing that was asked about, then what it goes back to.
  public var links: [Link]
  public var end: End

  /// One line a link, without a line end at the end:
  ///
  ///     R5 "data arrived" of segment 3, replica 1 (firing 41)
  ///       <- reply append, to R4 "data not sent" of segment 3, replica 1 (firing 38), 0.001200 s before
  ///       <- woken by R7 "footer arrived" of segment 2, replica 1 (firing 37), 0.000000 s before
  ///       <- post
  public var description: String {
    guard let first = links.first else { return "" }
    var text = first.title
    for (index, link) in links.enumerated() {
      let next = links.indices.contains(index + 1) ? links[index + 1] : nil
      text += "\n  <- " + link.causeText(next)
      if let next {
        text += ", \((link.firing.time - next.firing.time).microseconds) before"
      }
    }
    switch end {
    case .outside: break
    case .lost: text += ", which the trace has lost"
    case .limit: text += ", and so on"
    }
    return text
  }
}

extension Causality.Link {
  /// `R5 "data arrived" of segment 3, replica 1 (firing 41)`
  fileprivate var title: String {
    let label = label.isEmpty ? "" : " \"\(label)\""
    return "\(firing.rule)\(label) of \(firing.subject) (firing \(firing.sequence))"
  }

  /// `reply append, to R4 ...`
  fileprivate func causeText(_ next: Causality.Link?) -> String {
    let cause = firing.cause
    let name = causeName.isEmpty ? "" : " \(causeName)"
    guard let origin = cause.origin else { return cause.kind.text + name }
    let title = next?.title ?? "firing \(origin)"
    switch cause.kind {
    case .firing:
      let isOwn = next?.firing.subjectID == firing.subjectID || next == nil
      return (isOwn ? "after " : "woken by ") + title
    case .timer: return "timer\(name) of \(title)"
    case .retry: return "another try after \(title)"
    case .reply: return "reply\(name), to \(title)"
    case .admission: return "added by \(title)"
    case .unknown, .event, .news, .post, .audit: return "\(cause.kind.text)\(name), in \(title)"
    }
  }
}

extension Cause.Kind {
  fileprivate var text: String {
    switch self {
    case .unknown: "something that the pool does not know"
    case .firing: "a firing"
    case .admission: "added to the pool"
    case .timer: "timer"
    case .retry: "another try"
    case .reply: "reply"
    case .event: "event"
    case .news: "news from outside"
    case .post: "post or read"
    case .audit: "found by the pool, activated by nobody"
    }
  }
}

extension PoolCore {
  /// Why a firing that is still in the trace happened. O(links * trace capacity + tasks).
  /// - Parameters:
  ///   - sequence: the firing's number, as `PoolStatistics.Firing` has it.
  ///   - limit: the most links.
  /// - Returns: nil when the trace does not have that firing.
  public func why(_ sequence: UInt64, limit: Int = 64) -> Causality? {
    let present = presentStates
    return chain(from: sequence, limit: limit, namesOfFired) { number, record in
      nextState(of: record, after: number, present)
    }
  }

  /// - Parameter after: the state after a firing.
  func chain(
    from sequence: UInt64, limit: Int, _ names: [UInt64: String],
    after: (UInt64, TraceRing.Record) -> [UInt64]? = { _, _ in nil }
  ) -> Causality? {
    guard engine.pointee.trace[sequence] != nil else { return nil }
    var links: [Causality.Link] = []
    var next: UInt64? = sequence
    while let number = next, let record = engine.pointee.trace[number] {
      guard links.count < limit else { return Causality(links: links, end: .limit) }
      links.append(link(number, record, after(number, record), names))
      next = record.cause.cause.origin
    }
    return Causality(links: links, end: next == nil ? .outside : .lost)
  }

  /// Why the newest rule of a subject fired; nil: none did, or the trace has lost it.
  public func why(_ subject: any RuleSubject, limit: Int = 64) -> Causality? {
    let id = subject.subjectID
    let trace = engine.pointee.trace
    guard let newest = trace.contents.last(where: { $0.record.subjectID == id }) else { return nil }
    return why(newest.sequence, limit: limit)
  }

  private func link(
    _ sequence: UInt64, _ record: TraceRing.Record, _ after: [UInt64]?, _ names: [UInt64: String]
  ) -> Causality.Link {
    let table = kinds[Int(record.kind)].pointee.table
    let scope = table.scopes[Int(record.scope)]
    let leaf = scope.leaves[Int(record.leaf)]
    return Causality.Link(
      firing: firing(sequence, record, names), label: leaf.label,
      place: "\(table.file):\(leaf.line)", causeName: name(of: record.cause.cause),
      before: stateDescription(
        engine.pointee.trace.allWords(of: sequence, count: scope.wordCount), in: scope),
      after: after.map { stateDescription($0, in: scope) })
  }
}

extension Pool {
  /// Why a firing that is still in the trace happened: asked between two turns, on the pool's thread.
  /// - Returns: nil when the trace does not have that firing.
  /// - Throws: `PoolError.shutDown` after `shutdown`.
  public func why(_ sequence: UInt64, limit: Int = 64) throws -> Causality? {
    guard let core = loop.core else { throw PoolError.shutDown }
    return core.why(sequence, limit: limit)
  }
}

extension Duration {
  /// `0.001200 s`: seconds with six decimals, rounded down.
  var microseconds: String {
    let microseconds = saturatedNanoseconds / 1_000
    let digits = String(1_000_000 + abs(microseconds % 1_000_000)).dropFirst()
    return "\(microseconds / 1_000_000).\(digits) s"
  }
}
