/// Findings about where a task can get to from its initial values.
let movementExplanations = [
  Explanation(
    code: "stall",
    summary: "A state that can be reached and that nothing is sure to end.",
    meaning: """
      In this state a rule or a wait wins, the goal is not reached, and nothing that can be relied
      on changes anything: no rule, no event that is `fair`, no neighbour. A plain event may come,
      but nobody may count on a request or a failure.

      Among the instances of an `explore` it may be that tasks wait for each other: `circle` names
      them in turn.
      """,
    example: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on, not broken
          do   switchOff()
          then on = false
        wait Repair for repaired when on, broken
        goal not on

        event press                 then on = true
        event fail                  then broken = true
        event repaired when broken  then broken = false
      }
      """,
    repair: """
      If what is waited for always comes in the end, its event is `fair`. If not, a rule must do
      something: try again, give up, tell somebody.
      """,
    repaired: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on, not broken
          do   switchOff()
          then on = false
        wait Repair for repaired when on, broken
        goal not on

        event press                      then on = true
        event fail                       then broken = true
        event repaired fair when broken  then broken = false
      }
      """),
  Explanation(
    code: "unreachable-goal",
    summary: "States from which the goal cannot be reached any more.",
    meaning: """
      The task goes on, but no sequence of rules, fair events and changes of its neighbours leads
      from these states to the goal. It would work for ever.
      """,
    example: """
      enum Call { idle, ringing, talking }

      task Phone {
        fact call : Call  initially idle

        rule Dial
          when call == idle
          do   dial()
          then call = ringing
        wait Answer for busy when call == ringing
        goal call == talking

        event busy fair when call == ringing  then call = idle
      }
      """,
    repair: "Declare the missing effect or event, or make the event fair that leads there.",
    repaired: """
      enum Call { idle, ringing, talking }

      task Phone {
        fact call : Call  initially idle

        rule Dial
          when call == idle
          do   dial()
          then call = ringing
        wait Answer for busy, answered when call == ringing
        goal call == talking

        event busy fair     when call == ringing  then call = idle
        event answered fair when call == ringing  then call = talking
      }
      """),
  Explanation(
    code: "wait-never-ends",
    summary: "A wait for something that cannot happen in any state in which it waits.",
    meaning: """
      The task can get into states in which this wait wins. In none of them does a cause of it
      hold, or can its event come, or does one step of anybody make it true. So it waits for the
      wrong thing.
      """,
    example: """
      enum Call { idle, ringing, talking }

      task Phone {
        fact call : Call  initially idle

        rule Dial
          when call == idle
          do   dial()
          then call = ringing
        wait Answer for lost when call == ringing
        goal call == talking

        event answered fair when call == ringing  then call = talking
        event lost          when call == talking  then call = idle
      }
      """,
    repair: "Name the event or condition that ends the wait, or correct the event's `when`.",
    repaired: """
      enum Call { idle, ringing, talking }

      task Phone {
        fact call : Call  initially idle

        rule Dial
          when call == idle
          do   dial()
          then call = ringing
        wait Answer for answered when call == ringing
        goal call == talking

        event answered fair when call == ringing  then call = talking
        event lost          when call == talking  then call = idle
      }
      """),
  Explanation(
    code: "busy-loop",
    summary: "A rule that may run again and again without an end.",
    meaning: """
      An outcome of the rule leads, by this rule and others of the scope alone, back to the state
      in which it ran. The thread of the pool would be busy for as long as that goes on.

      It is a warning, since a rule may well try again. Where the rules undo each other and no
      outcome of theirs ends it, no code is generated. `policy busy error` in the pool refuses
      every such rule, `policy busy warn` none.
      """,
    example: """
      enum Link { down, up }

      task Connection {
        fact link : Link  initially down

        rule Dial
          when link == down
          do   dial()
          then link = up  or stay
        goal link == up

        event lost when link == up  then link = down
      }
      """,
    repair: """
      `stay after 100 ms` tries again later. Or have the action change a fact, and wait for an
      event.
      """,
    repaired: """
      enum Link { down, up }

      task Connection {
        fact link : Link  initially down

        rule Dial
          when link == down
          do   dial()
          then link = up  or stay after 100 ms
        goal link == up

        event lost when link == up  then link = down
      }
      """),
]
