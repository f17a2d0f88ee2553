/// Findings about tasks that run together, and about the compiler itself.
let poolExplanations = [
  Explanation(
    code: "wake-up",
    summary: "A wait whose condition changes where nobody can wake it.",
    meaning: """
      A task is evaluated when something happened to it. It waits here for something that another
      task changes, so that one must wake it; from there, nothing leads back to this task.
      """,
    example: """
      task Lamp {
        related next : Lamp?  absent off
        fact on : Bool  initially false
        define off = not on

        rule SwitchOff
          when on, next.off
          do   switchOff()
          then on = false
        wait Next for next.off when on, not next.off
        goal not on

        event press  then on = true
      }

      pool House {
        task Lamp
      }
      """,
    repair: """
      `where previous links next` in the pool says that the two lead to each other. Where there is
      no such link, wait for an event of the own task.
      """,
    repaired: """
      task Lamp {
        related previous : Lamp?
        related next     : Lamp?  absent off
        fact on : Bool  initially false
        define off = not on

        rule SwitchOff
          when on, next.off
          do   switchOff()
          then on = false
        wait Next for next.off when on, not next.off
        goal not on

        event press  then on = true
      }

      pool House {
        task Lamp where previous links next
      }
      """),
  Explanation(
    code: "budget",
    summary: "More states, or a larger diagram, than the budget allows.",
    meaning: """
      An `explore` has more states than its budget (a million, unless it says otherwise), or the
      decision of a scope needs too large a diagram. What was asked for is then not known, and no
      number of it is shown. For an `explore` this is a warning: its scopes were checked one by
      one all the same.
      """,
    example: """
      task Lamp {
        fact on : Bool  initially false

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }

      pool House {
        task Lamp
        explore Lamp * 4  budget 10
      }
      """,
    repair: "Explore fewer instances, or raise the budget.",
    repaired: """
      task Lamp {
        fact on : Bool  initially false

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }

      pool House {
        task Lamp
        explore Lamp * 4  budget 100
      }
      """),
  Explanation(
    code: "explore-unbound",
    summary: "An `explore` does not say which task a related is.",
    meaning: """
      Several instances are explored, and each has a related of which it is not clear which
      instance it is. Or a define depends on itself, through relateds. Without an answer there is
      nothing to explore.
      """,
    example: """
      task Lamp {
        related next : Lamp?
        fact on : Bool  initially false

        rule SwitchOff
          when on, not next.on
          do   switchOff()
          then on = false
        rule Dim
          when on, next.on
          do   dim()
          then on = false
        goal not on

        event press  then on = true
      }

      pool House {
        task Lamp
        explore Lamp * 3
      }
      """,
    repair: "`where a links b` puts the instances in a row: `a` is the one before, `b` the next.",
    repaired: """
      task Lamp {
        related previous : Lamp?
        related next     : Lamp?
        fact on : Bool  initially false

        rule SwitchOff
          when on, not next.on
          do   switchOff()
          then on = false
        rule Dim
          when on, next.on
          do   dim()
          then on = false
        goal not on

        event press  then on = true
      }

      pool House {
        task Lamp where previous links next
        explore Lamp * 3
      }
      """),
  Explanation(
    code: "internal",
    summary: "A fault of rulesc itself.",
    meaning: """
      rulesc reads back every decision that it generates and compares it with the rules. Here they
      differ, so nothing was written.
      """,
    example: "",
    repair: "Please report it, with the rules file.",
    repaired: ""),
]
