/// Who waits, first in, first out; whoever changes its mind leaves from wherever it stands.
///
/// To come, to leave and to be first are O(1), amortised: tickets are numbers in the order of
/// coming, and one that was given back is passed over once. Memory is bounded by who waits.
struct WaitingLine<Element> {
  /// By ticket, which identifies a place in the line and is never given out again.
  private var elements: [UInt64: Element] = [:]
  private var nextTicket: UInt64 = 0
  /// Nobody in the line has a lower ticket.
  private var lowest: UInt64 = 0

  var isEmpty: Bool { elements.isEmpty }
  var count: Int { elements.count }

  /// Joins at the end.
  /// - Returns: the ticket with which one can leave again.
  mutating func append(_ element: Element) -> UInt64 {
    defer { nextTicket += 1 }
    elements[nextTicket] = element
    return nextTicket
  }

  /// Leaves; nil when the ticket's owner is not in the line any more.
  @discardableResult
  mutating func remove(_ ticket: UInt64) -> Element? {
    elements.removeValue(forKey: ticket)
  }

  /// Takes out who came first; nil when nobody waits.
  mutating func popFirst() -> Element? {
    while !elements.isEmpty {
      defer { lowest += 1 }
      if let element = elements.removeValue(forKey: lowest) { return element }
    }
    lowest = nextTicket
    return nil
  }
}
