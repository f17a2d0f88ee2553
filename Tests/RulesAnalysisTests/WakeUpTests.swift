import RulesAnalysis
import RulesLanguage
import Testing

@Suite("Wake-ups")
struct WakeUpTests {
  private func chain(pool: String) -> String {
    """
    task T {
      fact done : Bool
      related before : T? absent done
      related after  : T?
      wait W for before.done when not before.done, not done
      rule R when before.done, not done do x() then done = true
      goal done
    }
    \(pool)
    """
  }

  @Test("a rule wakes the tasks that wait for what it changes, over the inverse link")
  func inverse() throws {
    let analysis = try analyse(chain(pool: "pool P { task T where before links after }"))
    #expect(analysis.diagnostics.isEmpty)
    #expect(
      analysis.wakeUps == [
        WakeUp(
          task: "T", each: nil, clause: "R", steps: [.related("after", isOptional: true)],
          reasons: ["W there waits for before.done"])
      ])
  }

  @Test("without the link in the task's pool, nobody can wake the wait: no code can be generated")
  func missingLink() throws {
    let analysis = try analyse(chain(pool: "pool P { task T }"))
    let problem = try #require(analysis.generationDiagnostics.first)
    #expect(codes(analysis.generationDiagnostics) == ["5:8 wake-up error"])
    #expect(problem.notes.map(\.text) == ["to a pool: task T where before links after"])
    #expect(codes(analysis.diagnostics).filter { $0.contains("wake-up") }.isEmpty)
  }

  @Test("a file without its pool is sound, but no code can be generated from it")
  func noPool() throws {
    let analysis = try analyse(chain(pool: ""))
    #expect(analysis.diagnostics.isEmpty)
    #expect(codes(analysis.generationDiagnostics) == ["5:8 wake-up error"])
  }

  @Test("defines are followed, also to a neighbour's neighbour")
  func transitive() throws {
    let analysis = try analyse(
      """
      task T {
        fact done : Bool
        related before : T? absent done, ready
        related after  : T?
        define ready = before.done
        wait W for before.ready when not before.ready, not done
        event finish then done = true
        goal done
        rule R when not done, before.ready do x()
      }
      pool P { task T where before links after }
      """)
    #expect(
      analysis.wakeUps.map(\.steps) == [
        [.related("after", isOptional: true), .related("after", isOptional: true)]
      ])
  }

  @Test("a visitor wakes the owner of the element it changed")
  func visitor() throws {
    let analysis = try analyse(
      """
      task T {
        each e : E in es {
          fact on : Bool
          rule R1 when not on do x() then on = true
          goal on
        }
      }
      task V {
        each g : T.e in all {
          fact mine : Bool
          rule F1 when mine do x() then mine = false, on = false
          goal not mine
        }
      }
      """)
    #expect(
      analysis.wakeUps == [
        WakeUp(
          task: "V", each: "g", clause: "F1", steps: [.owner(task: "T")],
          reasons: ["F1 changed its e"])
      ])
  }

  @Test("a visitor's wait for what it visits has no way back: an error")
  func visitorWait() throws {
    let text = """
      task T {
        each e : E in es {
          fact on : Bool
          rule R1 when not on do x() then on = true
          goal on
        }
      }
      task V {
        each g : T.e in all {
          event ping
          wait W for ping when not on
          goal on
        }
      }
      pool P { task T task V }
      """
    var program = try Flagship.program([SourceFile(path: "Test.rules", text: text)])
    #expect(codes(analyse(program).diagnostics) == [])
    program.tasks[1].eaches[0].body.clauses[0].kind = .wait(
      causes: [.name("on")], warnAfterMilliseconds: nil)
    #expect(codes(analyse(program).generationDiagnostics) == ["11:10 wake-up error"])
  }

  @Test("whoever changes a fact of a related task wakes it")
  func changedRelated() throws {
    let analysis = try analyse(
      """
      task T {
        fact sealed : Bool initially false
        related next : T?
        rule R when sealed do x() then next.sealed = true
        wait W for sealed when not sealed
      }
      """)
    #expect(
      analysis.wakeUps == [
        WakeUp(
          task: "T", each: nil, clause: "R", steps: [.related("next", isOptional: true)],
          reasons: ["R changed its next"])
      ])
    #expect(analysis.scopes.first?.clauses.map(\.wakes) == [[], ["T.R"]])
  }

  @Test("a wait is woken through defines, relateds, quantifiers, and by its events")
  func wakes() throws {
    let analysis = try analyse(
      """
      task T {
        fact closed : Bool initially false
        fact open, other : Bool
        related before : T? absent ready
        define ready = closed, all e: done
        each e : E in all() {
          fact done : Bool
          rule R1 when not done do x() then done = true
          wait W1 for before.ready, tick when done
        }
        event tick
        event close then closed = true
        event reset then forget open, e.done = false
        rule R2 when other do x() then other = false
        wait W2 for open when not other
      }
      """)
    func wakes(_ name: String) -> [String]? {
      analysis.scopes.flatMap(\.clauses).first { $0.name == name }?.wakes
    }
    #expect(wakes("W1") == ["T.R1", "T.close", "T.reset", "T.tick"])
    #expect(wakes("W2") == ["T.reset"])
    #expect(wakes("R2") == [])
  }
}
