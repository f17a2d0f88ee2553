/// A queue over an array: adding and taking are O(1) on average, because what was taken is only
/// dropped once it is half of the array.
struct FIFO<Element> {
  private var storage: [Element?] = []
  private var head = 0

  var count: Int { storage.count - head }

  var first: Element? { head < storage.count ? storage[head] : nil }

  var elements: [Element] { storage[head...].compactMap { $0 } }

  mutating func append(_ element: Element) { storage.append(element) }

  mutating func removeFirst() -> Element? {
    guard head < storage.count else { return nil }
    let element = storage[head]
    storage[head] = nil
    head += 1
    if head > 32, head * 2 > storage.count {
      storage.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Removes the first element that satisfies `condition`. O(n).
  mutating func remove(where condition: (Element) -> Bool) -> Element? {
    for index in storage.indices[head...] {
      if let element = storage[index], condition(element) {
        storage.remove(at: index)
        return element
      }
    }
    return nil
  }
}
