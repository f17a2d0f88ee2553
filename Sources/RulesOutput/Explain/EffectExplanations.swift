/// Findings about single effects.
let effectExplanations = [
  Explanation(
    code: "effect-breaks-always",
    summary: "An effect leads to a state that an `always` excludes.",
    meaning: """
      An `always` is a promise of the task's own rules and events. This one has an outcome, from a
      state that can be reached, in which the promise is broken. Either the promise or the effect
      is wrong: states that break an `always` are handled by no rule.
      """,
    example: """
      task Lamp {
        fact on, warm : Bool  initially false

        always "cold when off" not on => not warm

        rule SwitchOff
          when on
          do   switchOff()
          then on = false, warm = any
        goal not on

        event press  then on = true, warm = any
      }
      """,
    repair: """
      Declare everything that the action changes. If the state can really come about, drop the
      `always` and handle it.
      """,
    repaired: """
      task Lamp {
        fact on, warm : Bool  initially false

        always "cold when off" not on => not warm

        rule SwitchOff
          when on
          do   switchOff()
          then on = false, warm = false
        goal not on

        event press  then on = true, warm = any
      }
      """),
  Explanation(
    code: "effect-impossible",
    summary: "A rule that wins where its effect cannot happen.",
    meaning: """
      In a state that can be reached the rule wins, and what its `then` promises is impossible
      there: a range without a number in it. So the action cannot do what it is declared to do.
      """,
    example: """
      task Counter {
        fact asked : Bool  initially false
        fact 0 <= left <= 9 : Int  initially 9

        rule Sell
          when asked
          do   sell()
          then asked = false, left = any in [min, left)
        goal not asked

        event ask                          then asked = true
        event restock fair when left == 0  then left = 9
      }
      """,
    repair: "Let the rule hold only where its effect is possible, and handle the rest.",
    repaired: """
      task Counter {
        fact asked : Bool  initially false
        fact 0 <= left <= 9 : Int  initially 9

        rule Sell
          when asked, left > 0
          do   sell()
          then asked = false, left = any in [min, left)
        wait Restock for restock when asked, left == 0
        goal not asked

        event ask                          then asked = true
        event restock fair when left == 0  then left = 9
      }
      """),
  Explanation(
    code: "stable-broken",
    summary: "Something turns a `stable` fact or define false again.",
    meaning: """
      `stable` is a promise: once true, it stays true. Others that wait for it rely on that. This
      rule or event breaks it.
      """,
    example: """
      task Copy {
        fact wanted       : Bool  initially false
        stable fact saved : Bool  initially false

        rule Save
          when wanted, not saved
          do   save()
          then saved = true
        rule Finish
          when wanted, saved
          do   finish()
          then wanted = false, saved = false
        goal not wanted

        event ask  then wanted = true
      }
      """,
    repair: "Drop `stable`, or the change that breaks it.",
    repaired: """
      task Copy {
        fact wanted, saved : Bool  initially false

        rule Save
          when wanted, not saved
          do   save()
          then saved = true
        rule Finish
          when wanted, saved
          do   finish()
          then wanted = false, saved = false
        goal not wanted

        event ask  then wanted = true
      }
      """),
]
