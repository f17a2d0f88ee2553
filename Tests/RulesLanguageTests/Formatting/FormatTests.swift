import Testing

@testable import RulesLanguage

@Suite("The formatter's style")
struct FormatTests {
  private func formatted(_ text: String) -> String? {
    format(SourceFile(path: "a.rules", text: text)).value
  }

  /// Items of a task, formatted.
  private func items(_ text: String) throws -> String {
    let whole = try #require(formatted("task T {\n\(text)\n}\n"))
    let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.dropFirst().dropLast(2).map { String($0.dropFirst(2)) }.joined(separator: "\n")
  }

  @Test("declarations stand on lines of their own, tasks and pools behind an empty line")
  func declarations() {
    #expect(
      formatted(
        """
        import   Foo import "b.rules"

        enum Server{none,chosen}extern enum Rpc{a} task T(a:X.Y?,b : Z){}
        pool P{task T where a links b task U
        explore T*2(e*3,f*4),U budget 1_000 policy gap error}
        """)
          == """
          import Foo
          import "b.rules"

          enum Server     { none, chosen }
          extern enum Rpc { a }

          task T(a: X.Y?, b: Z) {}

          pool P {
            task T where a links b
            task U
            explore T * 2 (e * 3, f * 4), U  budget 1_000
            policy gap error
          }

          """)
  }

  @Test("facts, relateds, defines, always and events that follow each other are aligned")
  func columns() throws {
    #expect(
      try items(
        """
        fact a:Bool initially true
        stable fact bb,c:Progress initially x=y.z
        lazy fact d:Bool=e
        fact p<=q:Int
        fact 0<=rrr<9:Int initially 0
        related prior:Segment? absent closed,open
        related x:T
        define a = b
        define cc = d
        always "one" a
        always "three" b
        event e then a=b or stay after 1min
        event fg fair when a then forget b
        """)
          == """
          fact a            : Bool      initially true
          stable fact bb, c : Progress  initially x    = y.z
          lazy fact d       : Bool                     = e
          fact p <= q       : Int
          fact 0 <= rrr < 9 : Int  initially 0
          related prior : Segment?  absent closed, open
          related x     : T
          define a  = b
          define cc = d
          always "one"   a
          always "three" b
          event e               then a = b  or stay after 1 min
          event fg fair when a  then forget b
          """)
  }

  @Test("an empty line ends a run, and one is kept of several")
  func emptyLines() throws {
    #expect(
      try items("\n\nfact a : Bool\n\n\nfact bb : Bool\n// c\nfact ccc : Bool\n\n")
        == "fact a : Bool\n\nfact bb  : Bool\n// c\nfact ccc : Bool")
  }

  @Test("a rule has its when, do and then in a column; a block of Swift follows its do")
  func rules() throws {
    #expect(
      try items("rule R1 \"l\" over a,goal when x do f() then y=z rule R2 do {\n g()\n}\nthen stay")
        == """
        rule R1 "l" over a, goal
          when x
          do   f()
          then y = z
        rule R2
          do {
           g()
          }
          then stay
        """)
  }

  @Test("a wait or an event that is too long goes below")
  func tall() throws {
    let name = String(repeating: "n", count: 40)
    #expect(
      try items("wait W for \(name), x when \(name) warn after 2s\nevent E when \(name), \(name)")
        == """
        wait W
          for  \(name), x
          when \(name)
          warn after 2 s
        event E when \(name), \(name)
        """)
  }

  @Test("a long condition ends its lines where it is loosest")
  func longConditions() throws {
    let a = String(repeating: "a", count: 30)
    #expect(
      try items("goal \"g\" \(a), \(a), (\(a) or \(a) or \(a)), \(a) => one of{\(a);\(a);\(a)}")
        == """
        goal "g" \(a), \(a),
                 (\(a) or \(a)
                  or \(a)), \(a)
                 => one of { \(a); \(a);
                             \(a) }
        """)
  }

  @Test("a long list of values goes on below its first one")
  func longEnum() {
    let names = (0..<20).map { "value\($0)" }
    let text = formatted("enum E {" + names.joined(separator: ",") + "}")
    #expect(
      text == """
        enum E {
          \(names[..<12].joined(separator: ", ")),
          \(names[12...].joined(separator: ", "))
        }

        """)
  }

  @Test("comments stay where they are; those behind neighbouring lines are aligned")
  func comments() throws {
    #expect(
      try items(
        """
        // before
        fact a : Bool // one
        fact bb : Bool   //two

        /// doc
        rule R // three
          // four
          do f() // five
          then x = y, // six
            z = any
        // last
        """)
          == """
          // before
          fact a  : Bool  // one
          fact bb : Bool  //two

          /// doc
          rule R  // three
            // four
            do   f()     // five
            then x = y,  // six
                 z = any
          // last
          """)
  }

  @Test("the further lines of Swift text move with its first one")
  func swiftMoves() throws {
    #expect(
      formatted("task T {\nfact a : Bool = f(\n    1,\n    g {\n      2\n    })\n}")
        == "task T {\n  fact a : Bool = f(\n      1,\n      g {\n        2\n      })\n}\n")
  }

  @Test("Swift text with a multi-line string does not move")
  func multilineStrings() {
    let text = "f(\"\"\"\n   a\n  b\n  \"\"\")"
    #expect(
      formatted("task T { rule R do \(text)\n}")
        == "task T {\n  rule R\n    do   \(text)\n}\n")
  }

  @Test("a text with a syntax error has no style, but its errors")
  func syntaxError() {
    let result = format(SourceFile(path: "a", text: "task T { fact a Bool }"))
    #expect(result.value == nil)
    #expect(result.diagnostics.map(\.code) == ["syntax"])
  }

  @Test("an empty file stays empty; comments alone stay")
  func empty() {
    #expect(formatted("") == "")
    #expect(formatted("\n\n  \n") == "")
    #expect(formatted("\u{FEFF}// a  \n\n\n// b") == "// a\n\n// b\n")
  }

  @Test("a very long name pushes nothing else out of bounds")
  func bounds() throws {
    let name = String(repeating: "n", count: Limits.nameBytes)
    let list = (0..<2000).map { "v\($0)" }.joined(separator: ", ")
    let comments = String(repeating: "define a = b // c\n", count: 20_000)
    let text = try #require(
      formatted("task T { define \(name) = \(list) // d\n \(comments) event e when \(list) }"))
    #expect(text.utf8.count < 1_500_000)
  }
}
