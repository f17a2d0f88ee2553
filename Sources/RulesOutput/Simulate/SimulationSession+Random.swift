import RulesAnalysis

extension SimulationSession {
  /// The most steps of one random run.
  public static let stepLimit = 1_000_000

  /// `run 20`, `run 20 7`
  mutating func run(_ argument: String) -> String {
    let numbers = argument.split(separator: " ").map { UInt64($0) }
    guard numbers.count <= 2, !numbers.contains(nil) else { return "`run N` or `run N SEED`\n" }
    let steps = numbers.first.flatMap { $0 } ?? 10
    let seed = numbers.count == 2 ? numbers[1] : nil
    guard steps <= Self.stepLimit else { return "at most \(Self.stepLimit) steps\n" }
    return play(seed: seed ?? UInt64(simulation.stepCount), steps: Int(steps)) + position()
  }

  /// Goes on by chance: first a move, then one of its outcomes, each as likely as the others. Ends
  /// early where nothing can happen or a state is unhandled.
  public mutating func play(seed: UInt64, steps: Int) -> String {
    var chance = SplitMix(state: seed)
    var text = ""
    for _ in 0..<steps {
      let choices = simulation.choices.filter { !$0.outcomes.isEmpty }
      guard let choice = choices.randomElement(using: &chance),
        let outcome = choice.outcomes.randomElement(using: &chance)
      else { break }
      simulation.take(choice, outcome)
      text += "  " + stepLine(simulation.stepCount, choice, outcome) + "\n"
      note(simulation.standings)
      if hasFindings { break }
    }
    return text
  }

  /// The whole of a random run: the start, its steps, and where it ended.
  public mutating func playAlone(seed: UInt64, steps: Int) -> String {
    var chance = SplitMix(state: seed &+ 1)
    let states = simulation.initialStates
    if states.count > 1 { simulation.begin(in: Int.random(in: states.indices, using: &chance)) }
    var text = paint(.bold, "\(simulation.name), seed \(seed)") + "\n" + stateText() + "\n"
    note(simulation.standings)
    if !hasFindings { text += play(seed: seed, steps: steps) + "\n" }
    text += position()
    if hasFindings {
      text += paint(.red, "reached with seed \(seed) in \(simulation.stepCount) steps") + "\n"
    }
    return text
  }
}

/// SplitMix64, by Steele, Lea and Flood: the same numbers from the same seed on every machine.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed &>> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed &>> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed &>> 31
  }
}
