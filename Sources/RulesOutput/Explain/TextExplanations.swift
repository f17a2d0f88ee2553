/// Errors in the text. While there is one, nothing is known about states, and nothing else is
/// reported.
let textExplanations = [
  Explanation(
    code: "syntax",
    summary: "The text does not follow the grammar.",
    meaning: """
      Something stands where the grammar of rules files wants something else; the message says
      what it wants. The rest of the file is read all the same, so that one run shows every error,
      but names and states are looked at only when all files can be read.

      Line ends mean nothing, so a mistake may stand at the end of the line before the one that is
      shown. Swift text, behind `do`, the `in` of an each and the `=` of a fact, ends with its line
      unless a bracket is open.
      """,
    example: """
      task Lamp {
        fact on : Bool  initially false

        rule SwitchOff
          when on = true
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }
      """,
    repair: "`==` compares, in conditions; `=` changes, behind `then`.",
    repaired: """
      task Lamp {
        fact on : Bool  initially false

        rule SwitchOff
          when on == true
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }
      """),
  Explanation(
    code: "unknown-name",
    summary: "Nothing is declared under this name.",
    meaning: """
      A fact, define, related, each, event, rule, task, enum, value or file is mentioned that does
      not exist, or cannot be seen from here. A task sees its own names; an each sees also those of
      its task, and, if it ranges over another task's each, the facts and defines of both.

      Without this error a misspelt condition would be a new fact, which nobody ever changes.
      """,
    example: """
      task Lamp {
        fact on : Bool  initially false

        rule SwitchOff
          when no
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }
      """,
    repair: "Correct the name, declare it, or import the file that declares it.",
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
  Explanation(
    code: "duplicate-name",
    summary: "A name is declared twice.",
    meaning: """
      In a task, the names of its facts, defines, relateds, eaches, events, rules and waits are all
      different, also those in its eaches; nothing shadows anything. So a name means one thing in
      a task, in the trace and in the report. Two eaches may use the same names.

      Types are different in the whole program, values in their enum. A task belongs to one pool,
      and a pool has one policy of a kind.
      """,
    example: """
      task Lamp {
        fact on : Bool  initially false

        rule press
          when on
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }
      """,
    repair: "Rename one of them.",
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
  Explanation(
    code: "type",
    summary: "A value or a name of the wrong kind.",
    meaning: """
      A Bool fact is a condition by itself; a fact of an enum is compared with its values by `==`,
      `!=` or `in`; an Int fact is compared with numbers; a member of a chain such as
      `committed <= sent` with another member, or with the number of the chain. Facts of an enum
      are not compared with each other.

      These limits keep every question about the rules decidable, and every count exact.
      """,
    example: """
      enum Colour { red, green }

      task Signal {
        fact colour : Colour  initially red

        rule Release
          when colour
          do   release()
          then colour = green
        goal colour == green

        event occupied  then colour = red
      }
      """,
    repair: """
      Compare with a value. What is of another kind becomes a fact by a Swift expression:
      `fact late : Bool = deadline < now`.
      """,
    repaired: """
      enum Colour { red, green }

      task Signal {
        fact colour : Colour  initially red

        rule Release
          when colour == red
          do   release()
          then colour = green
        goal colour == green

        event occupied  then colour = red
      }
      """),
  Explanation(
    code: "bad-effect",
    summary: "A `then` changes what cannot be changed.",
    meaning: """
      Effects change facts: own ones, those of the task, those of the each that an each ranges
      over, and task-level facts of a related task. A define follows from facts and cannot be
      changed; a related or an event is nothing that has a value. One alternative changes a fact at
      most once, because all changes of an alternative happen at once.
      """,
    example: """
      task Lamp {
        fact on : Bool  initially false
        define dark = not on

        rule SwitchOff
          when on
          do   switchOff()
          then dark = true
        goal dark

        event press  then on = true
      }
      """,
    repair: "Change the facts that the define is made of.",
    repaired: """
      task Lamp {
        fact on : Bool  initially false
        define dark = not on

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        goal dark

        event press  then on = true
      }
      """),
  Explanation(
    code: "bad-always",
    summary: "An `always` is about something that its task does not own.",
    meaning: """
      An `always` is a promise: states that break it are taken as impossible, and no rule has to
      handle them. A task can promise only what its own rules and events keep true, so an `always`
      mentions own, task-level and foreign facts, and no related task and no quantifier.
      """,
    example: """
      task Lamp {
        related next : Lamp?
        fact on : Bool  initially false

        always "one after the other" on => next.on

        rule SwitchOff
          when on
          do   switchOff()
          then on = false
        goal not on

        event press  then on = true
      }
      """,
    repair: """
      Drop it. If rules need it, test it in their conditions, and say what happens when it is not
      so.
      """,
    repaired: """
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
      """),
  Explanation(
    code: "over-cycle",
    summary: "Clauses are over each other in a cycle.",
    meaning: """
      `rule A over B` means: where both hold, A wins. That goes on through others: if A is over B
      and B over C, then A is over C. In a cycle each clause would win over itself.
      """,
    example: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff over Replace
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
      """,
    repair: "Decide who wins, and take one `over` away.",
    repaired: """
      task Lamp {
        fact on, broken : Bool  initially false

        rule SwitchOff over Replace
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
      """),
  Explanation(
    code: "unsupported",
    summary: "The language allows it, this version of rulesc does not.",
    meaning: """
      The text is in order, but beyond a bound of this version; the message names it. Bounds are
      there so that every check ends in reasonable time. A check that cannot be made is reported
      and never skipped silently, so this is an error.
      """,
    example: """
      task Copy {
        fact a <= b <= c <= d <= e <= f <= g <= h <= i <= j <= k <= l <= m <= n <= o <= p <= q : Int

        goal a <= b
      }
      """,
    repair: "Use fewer of what is counted: fewer members, fewer values, more and smaller tasks.",
    repaired: """
      task Copy {
        fact a <= b <= c : Int

        goal a <= b, b <= c
      }
      """),
]
