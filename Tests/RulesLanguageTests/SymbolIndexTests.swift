import RulesLanguage
import Testing

@Suite("The index of names")
struct SymbolIndexTests {
  private func index(_ text: String) -> SymbolIndex {
    indexSymbols([SourceFile(path: "test.rules", text: text)]) { _ in nil }
  }

  /// `kind container.name` of each occurrence, declarations with a `*`, by place.
  private func describe(_ occurrences: [SymbolIndex.Occurrence]) -> [String] {
    occurrences.map { occurrence in
      let symbol = occurrence.symbol
      let start = occurrence.range.start
      return "\(start.line):\(start.column) \(symbol.kind.rawValue) "
        + (symbol.container.isEmpty ? "" : symbol.container + ".") + symbol.name
        + (occurrence.isDeclaration ? "*" : "")
    }
  }

  @Test("every declaration and every use of every kind of name is in it")
  func everything() {
    let text = """
      enum E { a, b }
      task T(log: Log) {
        fact x : E initially a
        fact l <= h : Int
        fact n : Int
        related r : T? absent d
        define d = x == a
        event v then x = any { b }, n = any in [n, max), e.y = true, r.x = b
        each e : El in es { fact y : Bool always y rule R over W when l < h do r()
          wait W for v, r.d }
        goal all e: y
        rule Q over goal do q()
      }
      task U { each g : T.e in es { goal y, d } }
      pool P { task T where r links r explore T (e * 2) }
      """
    #expect(
      describe(index(text).occurrences) == [
        "1:6 enumeration E*", "1:10 value E.a*", "1:13 value E.b*",
        "2:6 task T*", "2:8 parameter T.log*",
        "3:8 fact T.x*", "3:12 enumeration E", "3:24 value E.a",
        "4:8 fact T.l*", "4:13 fact T.h*",
        "5:8 fact T.n*",
        "6:11 related T.r*", "6:15 task T", "6:25 define T.d",
        "7:10 define T.d*", "7:14 fact T.x", "7:19 value E.a",
        "8:9 event T.v*", "8:16 fact T.x", "8:26 value E.b", "8:31 fact T.n", "8:43 fact T.n",
        "8:52 each T.e", "8:54 fact T.e.y", "8:64 related T.r", "8:66 fact T.x", "8:70 value E.b",
        "9:8 each T.e*", "9:28 fact T.e.y*", "9:44 fact T.e.y", "9:51 rule T.e.R*",
        "9:58 wait T.e.W", "9:65 fact T.l", "9:69 fact T.h",
        "10:10 wait T.e.W*", "10:16 event T.v", "10:19 related T.r", "10:21 define T.d",
        "11:3 goal T.goal*", "11:12 each T.e", "11:15 fact T.e.y",
        "12:8 rule T.Q*", "12:15 goal T.goal",
        "14:6 task U*", "14:15 each U.g*", "14:19 task T", "14:21 each T.e",
        "14:31 goal U.g.goal*", "14:36 fact T.e.y", "14:39 define T.d",
        "15:6 pool P*", "15:15 task T", "15:23 related T.r", "15:31 related T.r",
        "15:41 task T", "15:44 each T.e",
      ])
  }

  @Test("a value and a fact of one name are two things")
  func valueAndFact() {
    let found = index("enum E { a } task T { fact a : Bool fact x : E goal x == a, a }")
    #expect(
      describe(found.occurrences).suffix(3) == ["1:53 fact T.x", "1:58 value E.a", "1:61 fact T.a"])
  }

  @Test("text in error keeps the names of what could be read")
  func errors() {
    let text = """
      task T {
        fact x : Bool
        fact y Bool
        goal x and missing
        rule R when x do
        rule S when not x do s()
      """
    let found = describe(index(text).occurrences)
    #expect(found.contains("2:8 fact T.x*"))
    #expect(found.contains("4:8 fact T.x"))
    #expect(found.contains("6:8 rule T.S*"))
    #expect(found.contains("6:19 fact T.x"))
  }

  @Test("the name at a place is found from its first letter to behind its last")
  func symbolAt() {
    let found = index("task Task {\n  fact here : Bool\n  goal here\n}")
    func name(_ line: Int, _ column: Int) -> String? {
      found.symbol(at: SourcePosition(file: 0, line: line, column: column))?.symbol.name
    }
    #expect(name(2, 7) == nil)
    #expect(name(2, 8) == "here")
    #expect(name(2, 11) == "here")
    #expect(name(2, 12) == "here")
    #expect(name(2, 13) == nil)
    #expect(name(3, 3) == "goal")
    #expect(name(3, 9) == "here")
    #expect(name(4, 1) == nil)
    #expect(name(99, 1) == nil)
  }

  @Test("all places of a symbol are found")
  func occurrencesOf() {
    let found = index("task T { fact x : Bool goal x goal not x }")
    let places = found.occurrences(of: SymbolIndex.Symbol(.fact, "x", in: "T"))
    #expect(places.map(\.range.start.column) == [15, 29, 40])
    #expect(places.map(\.range.end.column) == [16, 30, 41])
    #expect(places.map(\.isDeclaration) == [true, false, false])
  }

  @Test("names of imported files are in it, with their file")
  func imports() {
    let file = SourceFile(path: "a.rules", text: "import \"b.rules\" pool P { task T }")
    let found = indexSymbols([file]) { SourceFile(path: $0, text: "task T {}") }
    #expect(found.files.map(\.path) == ["a.rules", "b.rules"])
    let places = found.occurrences(of: SymbolIndex.Symbol(.task, "T", in: ""))
    #expect(places.map(\.range.start.file) == [0, 1])
  }
}

@Suite("Names for completion")
struct VisibleNamesTests {
  private let text = """
    enum Colour { red, green }
    task T {
      fact on : Bool fact colour : Colour fact low <= high : Int
      related other : T
      event tick
      each e : E in es {
        fact hot : Bool
        @
      }
      each f : F in fs { fact cold : Bool }
      rule A do a()
      wait B for tick
      @
    }
    @
    """

  /// The names at the `@` of that number when it is replaced by `typed` and the cursor is behind.
  private func names(_ place: Int, _ typed: String) -> SymbolIndex.VisibleNames {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let marked = lines.indices.filter { lines[$0].contains("@") }
    for line in marked {
      lines[line] = lines[line].replacing("@", with: line == marked[place] ? typed : "")
    }
    let file = SourceFile(path: "test.rules", text: lines.joined(separator: "\n"))
    let index = indexSymbols([file]) { _ in nil }
    return index.names(
      visibleAt: SourcePosition(
        file: 0, line: marked[place] + 1, column: lines[marked[place]].count + 1))
  }

  private func expected(_ place: Int, _ typed: String) -> [String] {
    names(place, typed).expected.map(\.name)
  }

  @Test("an each sees its own names and those of its task")
  func inEach() {
    #expect(
      names(0, "").names.map(\.name)
        == ["colour", "e", "f", "high", "hot", "low", "on", "other", "tick"])
  }

  @Test("a task does not see the names in its eaches")
  func inTask() {
    #expect(
      names(1, "").names.map(\.name)
        == ["colour", "e", "f", "high", "low", "on", "other", "tick"])
    #expect(names(1, "").clauses.map(\.name) == ["A", "B"])
  }

  @Test("outside tasks there are only types, which are there everywhere")
  func outside() {
    #expect(names(2, "").names.isEmpty)
    for place in 0...2 { #expect(names(place, "").types.map(\.name) == ["Colour", "T"]) }
  }

  @Test("a name that is being typed does not change what is there")
  func typing() {
    #expect(names(0, "goal ho").names == names(0, "").names)
    #expect(expected(0, "goal colour == gr") == ["red", "green"])
  }

  @Test("the values that an enum fact may have are expected beside it")
  func enumValues() {
    #expect(expected(0, "goal colour == ") == ["red", "green"])
    #expect(expected(0, "goal colour != ") == ["red", "green"])
    #expect(expected(1, "goal colour in { ") == ["red", "green"])
    #expect(expected(1, "goal colour in { red, ") == ["red", "green"])
    #expect(expected(1, "event x then colour = ") == ["red", "green"])
    #expect(expected(1, "event x then colour = any { red, ") == ["red", "green"])
    #expect(expected(1, "goal other.colour == ") == ["red", "green"])
    #expect(expected(1, "fact x : Colour initially ") == ["red", "green"])
  }

  @Test("members of a chain are expected beside one of them")
  func members() {
    #expect(expected(0, "goal low < ") == ["high"])
  }

  @Test("behind a related or an each its facts and defines are expected")
  func paths() {
    #expect(expected(0, "goal other.") == ["on", "colour", "low", "high"])
    #expect(expected(1, "event x then f.") == ["cold"])
    #expect(expected(1, "event x then f.co") == ["cold"])
  }

  @Test("behind `over` clauses are expected")
  func over() {
    #expect(expected(1, "rule C over ") == ["A", "B", "C"])
    #expect(expected(1, "rule C over A, ") == ["A", "B", "C"])
  }

  @Test("where anything may stand nothing is expected")
  func nothing() {
    for typed in ["", "goal ", "goal on and ", "goal on == ", "define d = ", "goal missing == "] {
      #expect(expected(1, typed) == [], "\(typed)")
    }
  }
}
