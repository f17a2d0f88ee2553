import LogSimulation

/// `replog simulate --mutants`: hunts of small changes of the rules, several at a time, and how many were found.
struct MutantHunts {
  /// Those that may survive.
  var survivors = KnownSurvivors()
  /// Those of them that are hunted all the same, and from which seed on.
  var doubted: Set<String> = []
  var doubtedFirst: UInt64 = 1
  /// Where to begin with others.
  var knownKills = KnownKills()
  /// The same where no seed is known.
  var first: UInt64 = 1
  /// How many hunts there are at a time.
  var jobs = 1
  /// Real time after which no further one begins; nil: none.
  var limit: Duration?
  /// Begins a hunt from a seed on. What is returned waits for the end of it.
  var begin: (Mutation, UInt64) throws(CommandFailure) -> () -> HuntLine

  /// The seeds that found mutants this time.
  private(set) var kills = KnownKills()
  private var rate = KillRate()
  private var hunted: [Hunted] = []

  private struct Hunted {
    var mutant: Mutation
    var first: UInt64
    var end: () -> HuntLine
  }

  init(begin: @escaping (Mutation, UInt64) throws(CommandFailure) -> () -> HuntLine) {
    self.begin = begin
  }

  /// Hunts all that are not proved to change nothing, tells at once of those that are not as they are known to
  /// be, and the kill rate at the end.
  /// - Returns: failure when one survives that is not known to. One that is said to survive and does not is good
  ///   news that depends on what was drawn: it is told, and is no failure.
  mutating func hunt(
    _ mutants: [Mutation], tell: (String) -> Void
  ) throws(CommandFailure) -> ExitCode {
    let start = ContinuousClock.now
    for mutant in mutants {
      if mutant.isSame {
        rate.noteSame(mutant.task)
      } else if survivors.place(of: mutant.summary) != nil, !doubted.contains(mutant.summary) {
        rate.note(mutant.task, nil, isKnown: true)
      } else if let limit, ContinuousClock.now - start > limit {
        rate.leftOut += 1
      } else {
        if hunted.count >= jobs { endFirst(tell) }
        let first = seed(for: mutant)
        hunted.append(Hunted(mutant: mutant, first: first, end: try begin(mutant, first)))
      }
    }
    while !hunted.isEmpty { endFirst(tell) }
    for line in rate.lines { tell(line) }
    return rate.unknown == 0 ? .success : .failure
  }

  private func seed(for mutant: Mutation) -> UInt64 {
    doubted.contains(mutant.summary)
      ? doubtedFirst : knownKills.seeds[mutant.summary] ?? first
  }

  private mutating func endFirst(_ tell: (String) -> Void) {
    let ended = hunted.removeFirst()
    let (mutant, result) = (ended.mutant, ended.end())
    if let place = survivors.place(of: mutant.summary) {
      return endDoubted(ended, result, place, tell)
    }
    rate.note(mutant.task, result.invariant, isKnown: false)
    if result.invariant != nil {
      kills.note(result.seed ?? ended.first, of: mutant.summary)
    } else {
      tell("SURVIVES \(counted(result.seeds, "seed")): \(mutant.place ?? ""): \(mutant.summary)")
    }
  }

  /// What only took too long proves nothing here: others may have had the time.
  private mutating func endDoubted(
    _ doubted: Hunted, _ result: HuntLine, _ place: String, _ tell: (String) -> Void
  ) {
    let mutant = doubted.mutant
    guard let invariant = result.invariant, result.seed != nil || result.isCrash else {
      return rate.note(mutant.task, nil, isKnown: true)
    }
    rate.note(mutant.task, invariant, isKnown: false)
    kills.note(result.seed ?? doubted.first, of: mutant.summary)
    tell(
      "FOUND, and \(place) says that it survives: \(mutant.summary): \(result.text); "
        + "that line is to be removed")
  }
}

extension Mutation {
  /// Whose rules a mutant changes.
  fileprivate var task: Substring { name.prefix { $0 != " " } }
}
