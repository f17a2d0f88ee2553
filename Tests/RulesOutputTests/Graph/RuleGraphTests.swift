import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("The graph of what enables what")
struct RuleGraphTests {
  private func graph(_ text: String) throws -> RuleGraph {
    let (program, analysis) = try analysed(text)
    return enablingGraph(analysis, program)
  }

  /// `Dial -> Answer`, edges of one relation.
  private func edges(_ part: RuleGraph.Part?, _ relation: RuleGraph.Relation) -> Set<String> {
    guard let part else { return [] }
    return Set(
      part.edges.filter { $0.relation == relation }.map {
        "\(part.nodes[$0.from].name) -> \(part.nodes[$0.to].name)"
      })
  }

  private let phone = """
    enum Link { down, dialing, up }
    task Phone {
      fact wanted : Bool initially false
      fact link : Link initially down
      rule Dial when wanted, link == down do dial()
        then link = dialing
      wait Answer for answered when wanted, link == dialing
      rule HangUp when not wanted, link != down do hangUp()
        then link = down
      goal (wanted, link == up) or (not wanted, link == down)
      event want then wanted = any
      event answered fair when link == dialing then link = up or link = down
    }
    """

  @Test("an edge leads to what did not hold before and wins afterwards")
  func phoneEdges() throws {
    let part = try graph(phone).parts.first
    #expect(
      edges(part, .enables) == [
        "Dial -> Answer", "HangUp -> goal", "want -> Dial", "want -> Answer", "want -> HangUp",
        "want -> goal", "answered -> Dial", "answered -> goal",
      ])
    #expect(edges(part, .awaits) == ["Answer -> answered"])
  }

  @Test("reachable states are used where they are known, and the part says which")
  func basis() throws {
    #expect(try graph(phone).parts[0].remark == "in 6 reachable states")
    let part = try graph(
      """
      task T {
        fact a, b : Bool initially false
        rule R when not a, not b do x()
          then a = true
        rule Never when b, not a do x()
          then a = true
        goal a
      }
      """
    ).parts[0]
    #expect(edges(part, .enables) == ["R -> goal"])
    #expect(part.remark == "in 2 reachable states")
  }

  @Test("visitors and the environment are nodes of their own")
  func others() throws {
    let program = try FlagshipProgram.load()
    let part = try #require(enablingGraph(analyse(program), program).parts.first)
    let enables = edges(part, .enables)
    for edge in [
      "R1 -> R2", "R2 -> W1", "reply -> R3", "R3 -> R4", "R3 -> W2", "R5 -> R6", "R7 -> goal",
      "append -> W2", "finalize -> R6", "F1 of ServerFailure.replica -> R1", "prior.closed -> R4",
      "following.opened -> W3",
    ] { #expect(enables.contains(edge), "\(edge)") }
    for edge in ["R1 -> R3", "R2 -> R4", "R7 -> R1", "reply -> goal", "finalize -> goal"] {
      #expect(!enables.contains(edge), "\(edge)")
    }
    #expect(
      edges(part, .awaits) == [
        "W1 -> reply", "W2 -> prior.closed", "W3 -> following.opened",
      ])
    #expect(
      part.nodes.contains { $0.kind == .guest && $0.label == "replica was on the failed server" })
  }

  @Test("who wakes whom is drawn over the whole program")
  func waking() throws {
    let program = try FlagshipProgram.load()
    let part = try #require(wakingGraph(analyse(program), program).parts.first)
    #expect(
      edges(part, .wakes) == [
        "Segment.R6 -> Segment.W2", "Segment.R7 -> Segment.W2", "ServerFailure.F1 -> Segment.W2",
        "Segment.R2 -> Segment.W3", "Segment.R3 -> Segment.W3", "ServerFailure.F1 -> Segment.W3",
        "Segment.reply -> Segment.W1",
      ])
  }

  @Test("too many clauses are not drawn, and the drawing says so")
  func tooMany() throws {
    let rules = (0..<300).map { "  rule R\($0) when a, b do x()\n" }.joined()
    let graph = try graph("task T {\n fact a, b : Bool\n\(rules)}")
    #expect(graph.parts[0].nodes.isEmpty)
    #expect(graphSVG(graph).contains("300 clauses are too many to draw"))
  }
}
