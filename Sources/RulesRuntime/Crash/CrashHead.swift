/// What is written of a pool before its firings, and what these are checked against; made when the
/// pool sees a new kind of task, never changed afterwards.
///
/// Plain memory that the handler of a fatal signal reads. It stays until its `CrashTrace` ends, also
/// when a newer one has taken its place: the handler may be reading it.
struct CrashHead {
  /// The beginning of the trace's text.
  let text: UnsafeMutableBufferPointer<UInt8>
  let kinds: UnsafeMutableBufferPointer<Kind>
  let scopes: UnsafeMutableBufferPointer<Scope>

  struct Kind {
    /// Where its scopes begin.
    var first: Int
    var count: Int
  }

  struct Scope {
    var leaves: Int
    /// Words of a state.
    var words: Int
  }

  init(_ core: PoolCore) {
    let head = TraceText(core: core).head
    text = .allocate(capacity: head.utf8.count)
    _ = text.initialize(from: head.utf8)
    var kinds: [Kind] = []
    var scopes: [Scope] = []
    for kind in core.kinds {
      let table = kind.pointee.table
      kinds.append(Kind(first: scopes.count, count: table.scopes.count))
      scopes += table.scopes.map { Scope(leaves: $0.leaves.count, words: $0.wordCount) }
    }
    self.kinds = .allocate(capacity: kinds.count)
    _ = self.kinds.initialize(from: kinds)
    self.scopes = .allocate(capacity: scopes.count)
    _ = self.scopes.initialize(from: scopes)
  }

  func deallocate() {
    text.deallocate()
    kinds.deallocate()
    scopes.deallocate()
  }

  /// The scope of a record; nil: the record is one that is just being written.
  func scope(of record: TraceRing.Record) -> Scope? {
    guard Int(record.kind) < kinds.count else { return nil }
    let kind = kinds[Int(record.kind)]
    guard Int(record.scope) < kind.count else { return nil }
    let scope = scopes[kind.first + Int(record.scope)]
    return Int(record.leaf) < scope.leaves ? scope : nil
  }
}
