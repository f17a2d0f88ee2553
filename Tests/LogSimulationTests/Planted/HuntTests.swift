import PlantedBugs
import RulesRuntime
import RulesSimulation
import Testing

@testable import LogSimulation

/// Mistakes that are planted on purpose, in builds that can have them.
@Suite(.serialized, .enabled(if: Planting.areCompiled)) struct HuntTests {
  /// Without a limit of time: a test says nothing about speed.
  private func hunt(_ bug: PlantedBug, seeds: Int) -> Hunt.Result {
    var limits = Hunt.Limits()
    limits.seeds = seeds
    limits.time = .seconds(1_000_000)
    return Hunt(limits: limits, clock: ManualClock()).run(.bug(bug), from: 1)
  }

  @Test("Planted bugs are found", arguments: [PlantedBug.b6, .b15, .b34])
  func found(_ bug: PlantedBug) {
    let result = hunt(bug, seeds: 60)
    #expect(result.found != nil, "\(bug.rawValue) after \(result.seeds) seeds")
  }

  @Test("An old write that is not cancelled, but ignored, is no bug")
  func control() {
    let result = hunt(.b28, seeds: 10)
    #expect(result.found == nil, "\(result.found?.violation.text ?? "")")
  }

  @Test("After a hunt nothing is planted any more")
  func clean() {
    _ = hunt(.b6, seeds: 1)
    #expect(Planting.present == nil)
  }
}

/// What is known of each planted bug.
@Suite struct PlantedBugTests {
  @Test("Every planted bug says what it changes and what has to become of it")
  func facts() {
    for bug in PlantedBug.allCases {
      #expect(!bug.facts.summary.isEmpty, "\(bug.rawValue)")
      #expect(!bug.facts.origin.isEmpty, "\(bug.rawValue)")
    }
    let silent = PlantedBug.allCases.filter { $0.facts.expectation == .silence }
    #expect(silent == [.b28])
  }

  @Test("Without the trait nothing can be planted", .enabled(if: !Planting.areCompiled))
  func without() {
    Planting.present = .b6
    #expect(!planted(.b6))
    Planting.present = nil
    #expect(!Mutation.bug(.b6).isCompiled)
  }
}
