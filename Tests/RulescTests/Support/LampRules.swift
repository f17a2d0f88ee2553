/// Rules to ask and to step: two rules, a wait, a goal, an `always`, and events.
let lampRules = """
  enum Bulb { good, broken }

  task Lamp {
    fact wanted, on : Bool  initially false
    fact bulb       : Bulb  initially good

    always "no light from a broken bulb" bulb == broken => not on

    rule Light "dark"
      when wanted, not on, bulb == good
      do   light()
      then on = true
    rule Dim "nobody is there"
      when not wanted, on
      do   dim()
      then on = false
    wait Repair for repaired when wanted, bulb == broken
    goal (wanted, on) or (not wanted, not on)

    event want                              then wanted = any
    event repaired fair when bulb == broken then bulb = good
    event breaks                            then bulb = broken, on = false
  }

  """

/// The same without the wait: one state is unhandled.
let lampWithGap = lampRules.replacing(
  "  wait Repair for repaired when wanted, bulb == broken\n", with: "")
