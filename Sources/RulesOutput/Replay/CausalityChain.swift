/// Why a recorded firing happened: the firing, what enabled it, the firing that goes back to, and so on,
/// newest first.
public struct CausalityChain: Sendable {
  /// The firings, that which was asked about first.
  var links: [RecordedTrace.Record]
  /// The trace does not have the firing that the last link goes back to.
  var isCut: Bool
}

/// Why a firing cannot be explained; one line for the user.
public enum CausalityError: Error, Hashable, CustomStringConvertible, Sendable {
  case noCauses
  case noFiring(UInt64)

  public var description: String {
    switch self {
    case .noCauses: "the trace is of version 1, which says no causes: record it anew"
    case .noFiring(let sequence): "the trace has no firing \(sequence)"
    }
  }
}

extension RecordedTrace {
  /// Follows the causes of a firing as far as the trace goes. O(links * log firings).
  public func causality(of sequence: UInt64) throws(CausalityError) -> CausalityChain {
    guard version > 1 else { throw .noCauses }
    guard var record = firing(sequence) else { throw .noFiring(sequence) }
    var links = [record]
    while let origin = record.cause?.origin {
      // A cause is older than its firing, so this ends.
      guard let before = firing(origin) else { return CausalityChain(links: links, isCut: true) }
      record = before
      links.append(record)
    }
    return CausalityChain(links: links, isCut: false)
  }
}

/// The chain for a terminal, one line a link.
///
///     R5 of segment 3, replica 1 (firing 41)
///       <- reply append, to R4 of segment 3, replica 1 (firing 38), 0.001200 s before
///       <- post or read
public func causalityText(_ chain: CausalityChain, _ trace: RecordedTrace) -> String {
  guard let first = chain.links.first else { return "" }
  var text = trace.title(of: first) + "\n"
  for (index, record) in chain.links.enumerated() {
    let before = chain.links.indices.contains(index + 1) ? chain.links[index + 1] : nil
    text += "  <- " + trace.causeText(record, before)
    if let before { text += ", \(microseconds(record.nanoseconds &- before.nanoseconds)) s before" }
    text += "\n"
  }
  if chain.isCut { text += "  and the trace does not go back so far\n" }
  return text
}

extension RecordedTrace {
  /// `R5 of segment 3, replica 1 (firing 41)`
  func title(of record: Record) -> String {
    let leaf = tasks[record.task].scopes[record.scope].leaves[record.leaf]
    return "\(leaf?.name ?? "leaf \(record.leaf)") of \(name(of: record.subject)) "
      + "(firing \(record.sequence))"
  }

  /// What enabled a firing; `before`: the firing that it goes back to.
  fileprivate func causeText(_ record: Record, _ before: Record?) -> String {
    guard let cause = record.cause else { return "not recorded" }
    let name = causeNames[cause.name].map { " \($0)" } ?? ""
    guard let origin = cause.origin else { return cause.kind.text + name }
    let title = before.map(title(of:)) ?? "firing \(origin)"
    switch cause.kind {
    case .firing:
      let isOther = before.map { $0.subject != record.subject } ?? false
      return (isOther ? "woken by " : "after ") + title
    case .timer: return "timer\(name) of \(title)"
    case .retry: return "another try after \(title)"
    case .reply: return "reply\(name), to \(title)"
    case .admission: return "added by \(title)"
    case .unknown, .event, .news, .post, .audit: return "\(cause.kind.text)\(name), in \(title)"
    }
  }
}

extension RecordedTrace.Cause.Kind {
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

/// Seconds with six decimals.
private func microseconds(_ nanoseconds: Int64) -> String {
  let microseconds = nanoseconds / 1_000
  let digits = String(1_000_000 + abs(microseconds % 1_000_000)).dropFirst()
  return "\(microseconds / 1_000_000).\(digits)"
}
