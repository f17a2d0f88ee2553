/// An array's elements in memory of their own, for the innermost loops: reading them costs one
/// instruction in a release build, and no call in a debug build, which is what `swift build` runs.
///
/// Whoever makes one deallocates it once, after the last use; nothing writes it.
struct FlatArray<Element: BitwiseCopyable> {
  let base: UnsafePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    for (index, element) in elements.enumerated() {
      (memory + index).initialize(to: element)
    }
    base = UnsafePointer(memory)
    count = elements.count
  }

  func deallocate() { base.deallocate() }
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Memory for more elements with the first ones of this, which is deallocated.
  mutating func grow(from count: Int, to capacity: Int) {
    let larger = UnsafeMutablePointer.allocate(capacity: capacity)
    larger.update(from: self, count: count)
    deallocate()
    self = larger
  }

  /// The first elements.
  func array(_ count: Int) -> [Pointee] {
    Array(UnsafeBufferPointer(start: self, count: count))
  }
}
