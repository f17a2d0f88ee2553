/// Findings about clauses that some states need and others do not.
let clauseExplanations = [
  Explanation(
    code: "never-enabled",
    summary: "A rule or wait that holds in no state that can exist.",
    meaning: """
      Its condition contradicts itself, the groups around it, or what is always so. It will never
      run: either it is not needed, or its condition is not the one that was meant.
      """,
    example: """
      task Lamp {
        fact on, broken : Bool  initially false

        always "a broken lamp is dark" broken => not on

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        rule Replace
          when on, broken
          do   replaceBulb()
          then broken = false
        goal not on

        event press when not broken  then on = true
        event fail                   then on = false, broken = true
      }
      """,
    repair: "Correct the condition, or drop the clause.",
    repaired: """
      task Lamp {
        fact on, broken : Bool  initially false

        always "a broken lamp is dark" broken => not on

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        rule Replace
          when not on, broken
          do   replaceBulb()
          then broken = false
        goal not on, not broken

        event press when not broken  then on = true
        event fail                   then on = false, broken = true
      }
      """),
  Explanation(
    code: "shadowed-rule",
    summary: "A rule or wait that never wins: wherever it holds, another is over it.",
    meaning: """
      `over` takes from this clause every state in which it holds. It will never run.
      """,
    example: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff over Replace
          when on
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
      """,
    repair: "Turn the `over` round, or narrow the condition of the clause that is over it.",
    repaired: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        rule Replace over SwitchOff
          when on, broken
          do   replaceBulb()
          then broken = false
        goal not on

        event press  then on = true
        event fail   then broken = true
      }
      """),
  Explanation(
    code: "unreached",
    summary: "A rule or wait that wins in no state that can be reached.",
    meaning: """
      There are states in which it wins, but from the initial values the declared effects and
      events do not lead to any of them. Often an event is not declared: what the world may change
      must be said.
      """,
    example: """
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
      }
      """,
    repair: "Declare the event that leads there, or drop the clause.",
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
    code: "wait-cause-holds",
    summary: "A wait for something that is already so.",
    meaning: """
      The wait waits for conditions only, and there is a state in which it wins and all of them
      hold: nothing that it names has to happen any more, and yet it is quiet.
      """,
    example: """
      task Oven {
        fact on, hot : Bool  initially false

        wait Heating for hot when on
        goal not on

        event start       when not on   then on = true
        event heated fair when on       then hot = true
        event baked fair  when on, hot  then on = false, hot = false
      }
      """,
    repair: """
      Exclude these states from the wait (`when not` its cause), and say what happens in them.
      """,
    repaired: """
      task Oven {
        fact on, hot : Bool  initially false

        wait Heating for hot   when on, not hot
        wait Baking  for baked when on, hot
        goal not on

        event start       when not on   then on = true
        event heated fair when on       then hot = true
        event baked fair  when on, hot  then on = false, hot = false
      }
      """),
]
