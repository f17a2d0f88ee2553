/// The names of subjects that are gone but that the trace still tells of.
struct SubjectNames {
  private var names: [UInt64: String] = [:]
  /// The size at which names that the trace has forgotten are dropped.
  private var limit = 1_024

  var count: Int { names.count }

  subscript(id: UInt64) -> String? { names[id] }

  /// Keeps a subject's name. At most twice as many names as the trace has records (or 1,024) stay.
  mutating func remember(_ name: String, of id: UInt64, trace: TraceRing) {
    names[id] = name
    guard names.count > limit else { return }
    let traced = Set(trace.contents.map(\.record.subjectID))
    names = names.filter { traced.contains($0.key) }
    limit = max(1_024, 2 * names.count)
  }
}
