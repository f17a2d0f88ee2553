// The text of a profile, version 1: what `rulesc coverage` reads. One record a line.
//
//   swift-rules profile 1
//   process replog 4711
//   task Segment 4773ccb57e9aa3b8 rules/ReplicatedLog/Segment.rules
//   scope Segment.replica 18                18 leaves
//   state 4f 2 120                          120 evaluations of state 4f ended in leaf 2
//   overflow 2 17                           17 more, of states that were not counted one by one
//   end 0f3c9a1b5d7e2468                    FNV-1a of all before this line
//
// A state of several words is written lowest word first, with `:` between them.

extension RulesProfile {
  /// The whole file. Nothing in it depends on the order in which pools came and went.
  public var text: String {
    var text = "swift-rules profile 1\nprocess \(program) \(processID)\n"
    for (key, counts) in tasks.sorted(by: { $0.key < $1.key }) {
      let file = String(key.file.map { $0.isNewline ? " " : $0 })
      text += "task \(key.task) \(paddedHexadecimal(key.contentHash)) \(file)\n"
      for scope in counts.scopes { add(scope.name, scope.counts, to: &text) }
    }
    return text + "end \(paddedHexadecimal(fnv1a(text.utf8)))\n"
  }

  private func add(_ name: String, _ counts: ScopeCounts, to text: inout String) {
    text += "scope \(name) \(counts.overflow.count)\n"
    for (key, count) in counts.states.sorted(by: { isBefore($0.key, $1.key) }) {
      let words = key.words.map { String($0, radix: 16) }.joined(separator: ":")
      text += "state \(words) \(key.leaf) \(count)\n"
    }
    for (leaf, count) in counts.overflow.enumerated() where count > 0 {
      text += "overflow \(leaf) \(count)\n"
    }
  }

  /// By words, the lowest first, then by leaf.
  private func isBefore(_ a: StateTable.Key, _ b: StateTable.Key) -> Bool {
    if a.words != b.words { return a.words.lexicographicallyPrecedes(b.words) }
    return a.leaf < b.leaf
  }
}

/// The hash of Fowler, Noll and Vo, variant 1a, of 64 bits: finds a file that was cut or damaged.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(fnv1aSeed) { ($0 ^ UInt64($1)) &* fnv1aPrime }
}

/// Of no bytes. Computed, as is the factor: a handler of a signal may initialize no global.
var fnv1aSeed: UInt64 { 0xcbf2_9ce4_8422_2325 }
var fnv1aPrime: UInt64 { 0x0000_0100_0000_01b3 }

/// 16 digits: `0f3c9a1b5d7e2468`
func paddedHexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
