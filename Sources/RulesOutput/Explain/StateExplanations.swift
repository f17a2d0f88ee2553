/// Findings about the states themselves: which there are, and which are handled.
let stateExplanations = [
  Explanation(
    code: "always-contradiction",
    summary: "The `always` of a scope contradict each other: no state is left.",
    meaning: """
      Each `always` excludes states. Together they exclude all of them, so that nothing can be said
      about the rules: whatever they do, they do it in no state. That is never meant.
      """,
    example: """
      task Lamp {
        fact on, warm : Bool  initially false

        always "warm when on"  on, warm
        always "cold when off" not on, not warm

        rule SwitchOff
          when on
          do   switchOff()
          then on = false, warm = false
        goal not on

        event press  then on = true, warm = true
      }
      """,
    repair: "\"If ... then ...\" is `=>`.",
    repaired: """
      task Lamp {
        fact on, warm : Bool  initially false

        always "warm when on"  on => warm
        always "cold when off" not on => not warm

        rule SwitchOff
          when on
          do   switchOff()
          then on = false, warm = false
        goal not on

        event press  then on = true, warm = true
      }
      """),
  Explanation(
    code: "no-initial",
    summary: "The initial values break an `always`.",
    meaning: """
      No state that can exist has the values behind `initially`. So a task could not start, and
      nothing can be reached.
      """,
    example: """
      task Lamp {
        fact on   : Bool  initially true
        fact warm : Bool  initially false

        always "warm when on" on => warm

        rule SwitchOff
          when on
          do   switchOff()
          then on = false, warm = any
        goal not on

        event press  then on = true, warm = true
      }
      """,
    repair: "Correct an initial value; without `initially` a fact starts with any value.",
    repaired: """
      task Lamp {
        fact on, warm : Bool  initially true

        always "warm when on" on => warm

        rule SwitchOff
          when on
          do   switchOff()
          then on = false, warm = any
        goal not on

        event press  then on = true, warm = true
      }
      """),
  Explanation(
    code: "gap",
    summary: "States that no rule, wait or goal handles.",
    meaning: """
      In every state that can exist, a task acts (a rule), waits for something it names (a wait),
      or is done (a goal). In a state without any of these it would be silent, and nobody would
      know whether that is meant. So each such state is an error, also one that the declared effects
      and events do not lead to today.

      The message counts them exactly and shows them as patterns, those that can be reached first;
      a fact that a pattern does not name may have any value. What leads there is told step by step,
      each with what it changes; of a pattern that nothing leads to, an `always` can say that it
      cannot be. `nearest` is the clause that misses by the fewest conditions.
      """,
    example: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on, not broken
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
        event fail   then broken = true
      }
      """,
    repair: """
      Add a rule if something must be done, a wait if the task is to stay quiet until something
      happens, a goal if it is done; or an `always`, if the state cannot exist. The policy
      `policy gap warn` of a pool makes it a warning.
      """,
    repaired: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on, not broken
          do   switchOff()
          then on = false
        rule Replace
          when on, broken
          do   replaceBulb()
          then broken = false
        goal not on

        event press  then on = true
        event fail   then broken = true
      }
      """),
  Explanation(
    code: "overlap",
    summary: "States that two rules handle, or a rule and a wait or goal.",
    meaning: """
      Rules have no order: a reader must see from the state alone what happens in it. Where two
      rules hold, or a rule and a wait or the goal (act, and be quiet), that is not so. Waits and
      goals may hold together: all of them are quiet.

      `witness` is a state in which both hold.
      """,
    example: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        rule Replace
          when broken
          do   replaceBulb()
          then broken = false
        goal not on, not broken

        event press  then on = true
        event fail   then broken = true
      }
      """,
    repair: """
      Say who wins (`rule Replace over SwitchOff`), or add a condition that tells the states
      apart.
      """,
    repaired: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        rule Replace over SwitchOff
          when broken
          do   replaceBulb()
          then broken = false
        goal not on, not broken

        event press  then on = true
        event fail   then broken = true
      }
      """),
  Explanation(
    code: "unused-fact",
    summary: "No condition mentions this fact.",
    meaning: """
      What no condition asks for decides nothing; it only multiplies the states to count. Of a
      chain, no member is mentioned.
      """,
    example: """
      task Lamp {
        fact on    : Bool  initially false
        fact clean : Bool  initially true

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }
      """,
    repair: "Drop the fact, or the condition that should have asked for it is missing.",
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
      """),
]
