import Foundation
import PlantedBugs
import Testing

@testable import LogSimulation

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

  @Test("No bug is both planted and said to be impossible, and each has a name of its own")
  func names() {
    let names = PlantedBug.allCases.map(\.rawValue) + PlantedBug.impossible.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test("Drills show nothing where nothing is planted", arguments: [PlantedBug.b51, .b54])
  func drills(_ bug: PlantedBug) throws {
    let drill = try #require(Drill(for: .bug(bug)))
    #expect(drill.play() == nil)
  }

  @Test("The rules of every task of the log and its services can have mutants")
  func tables() throws {
    let root = #filePath.components(separatedBy: "/Tests/")[0]
    var tasks: Set<String> = []
    for folder in ["ReplicatedLog", "LogServices"] {
      let path = "\(root)/rules/\(folder)"
      for file in try FileManager.default.contentsOfDirectory(atPath: path) {
        for line in try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8).split(
          separator: "\n")
        where line.hasPrefix("task ") {
          tasks.insert(String(line.dropFirst(5).prefix { $0.isLetter }))
        }
      }
    }
    #expect(Set(Mutation.tables.map(\.task)) == tasks)
  }

  @Test("Without the trait nothing can be planted", .enabled(if: !Planting.areCompiled))
  func without() {
    Planting.present = .b6
    #expect(!planted(.b6))
    Planting.present = nil
    #expect(!Mutation.bug(.b6).isCompiled)
  }
}
