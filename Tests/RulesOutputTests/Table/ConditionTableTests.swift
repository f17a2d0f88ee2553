import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Condition tables")
struct ConditionTableTests {
  private func tables(_ text: String) throws -> [ConditionTable] {
    let (program, analysis) = try analysed(text)
    return try conditionTables(analysis, program)
  }

  /// `R1: yes - idle|ok`, one string a row.
  private func rows(_ text: String) throws -> [String] {
    try tables(text).flatMap(\.groups).flatMap { group in
      group.rows.map { row in "\(group.name): " + row.cells.map { $0 ?? "-" }.joined(separator: " ")
      }
    }
  }

  @Test("cells name the values of Bools, enums, Ints and chains in few words")
  func cells() throws {
    let text = """
      enum Color { red, green, blue, white }
      task T {
        fact on : Bool
        fact color : Color
        fact n : Int
        fact a <= b <= c : Int
        rule R1 when on, color == red, n < 1, a < b do x()
        rule R2 when not on, color in { red, blue }, n in { 1, 2 }, a == c do x()
        rule R3 when color != red, n >= 1, a < c do x()
      }
      """
    #expect(
      try rows(text).prefix(3) == [
        "R1: yes red ...0 a < b", "R2: no red|blue 1...2 a == c", "R3: - not red 1... a < c",
      ])
  }

  @Test("an `or`, a define and an implication take as many rows as they have alternatives")
  func alternatives() throws {
    let text = """
      task T {
        fact a, b, c : Bool
        define ready = a or b
        rule R when ready, c do x()
        goal a => not c
      }
      """
    #expect(
      Set(try rows(text)) == [
        "R: - yes yes", "R: yes - yes", "goal: no - -", "goal: - - no",
      ])
  }

  @Test("facts that nobody asks for have no column, and are named")
  func unasked() throws {
    let table = try #require(try tables("task T { fact a, b, c : Bool goal b }").first)
    #expect(table.columns.map(\.name) == ["b"])
    #expect(table.unasked == ["a", "c"])
    #expect(tableText([table]).hasSuffix("\nno clause asks for: a; c\n"))
  }

  @Test("what no clause handles comes last")
  func unhandled() throws {
    #expect(
      Set(try rows("task T { fact a, b : Bool goal a, b }").dropFirst()) == [
        "unhandled: no -", "unhandled: - no",
      ])
  }

  @Test("a clause that can never hold has no row, and says so")
  func never() throws {
    let tables = try tables(
      "task T { fact a : Bool rule R when a, not a do x()\n goal a or not a }")
    #expect(tables[0].groups[0].rows.isEmpty)
    #expect(tableText(tables).contains("\nR: holds in no consistent state\n"))
    #expect(tableHTML(tables).contains("holds in no consistent state"))
  }

  @Test("no clause has more rows than the limit, and the states left out are counted exactly")
  func bounded() throws {
    let facts = (0..<8).map { "f\($0)" }
    let parity = facts.dropFirst().reduce("f0") { "one of { \($0); \($1) }" }
    let table = try #require(
      try tables("task T { fact \(facts.joined(separator: ", ")) : Bool goal \(parity) }").first)
    #expect(table.groups[0].rows.count == rowLimit)
    #expect(table.groups[0].more == 128 - UInt128(rowLimit))
    #expect(tableText([table]).contains("goal: and 116 more states"))
    #expect(tableHTML([table]).contains("and 116 more states of goal"))
  }

  @Test("the rows of a clause are exactly the states in which it holds, for random rules")
  func random() throws {
    for seed in 0..<40 as Range<UInt64> {
      let (program, analysis) = try analysed(RandomRules.text(seed: seed))
      let tables = try conditionTables(analysis, program)
      for (scope, table) in zip(analysis.scopes, tables) {
        let partition = scope.partition
        let variables = partition.space.variables
        let columns = table.columns.map { column in
          variables.firstIndex { $0.name == column.name } ?? 0
        }
        var missed = scope.clauses.map { _ in UInt128(0) }
        forEachState(of: partition) { state in
          for (index, group) in table.groups.enumerated() where index < scope.clauses.count {
            let isInRow = group.rows.contains { row in
              zip(columns, row.cells).allSatisfy { column, cell in
                cell.map { matches($0, variables[column], state[column]) } ?? true
              }
            }
            let clause = partition.lowered.clauses[index]
            if isInRow {
              #expect(partition.diagram.value(of: clause, at: state) == 1, "seed \(seed)")
            } else if partition.diagram.value(of: partition.holds[index], at: state) == 1 {
              missed[index] += 1
            }
          }
        }
        #expect(table.groups.prefix(missed.count).map(\.more) == missed, "seed \(seed)")
      }
    }
  }

  /// Reads a cell back.
  private func matches(_ cell: String, _ variable: StateVariable, _ value: Int) -> Bool {
    if variable.values == ["false", "true"] { return (cell == "yes") == (value == 1) }
    if variable.chain != nil {
      return variable.chain.map { _ in
        (0..<variable.values.count).filter { index in
          chainCell(cell, variable.values[index])
        }.contains(value)
      } ?? false
    }
    if cell.hasPrefix("not ") { return cell != "not \(variable.values[value])" }
    return cell.split(separator: "|").contains { $0 == variable.values[value] }
  }

  /// Whether comparisons such as `low < high` hold in `low == middle < high`.
  private func chainCell(_ cell: String, _ ordering: String) -> Bool {
    let words = ordering.split(separator: " ").map(String.init)
    func holds(_ comparison: String) -> Bool {
      let parts = comparison.replacing("(", with: "").replacing(")", with: "")
        .split(separator: " ").map(String.init)
      guard let first = words.firstIndex(of: parts[0]), let last = words.firstIndex(of: parts[2])
      else { return false }
      let isLess = words[first...last].contains("<")
      return isLess == (parts[1] == "<")
    }
    if cell.hasPrefix("(") {
      return cell.split(separator: " or ").contains { part in
        part.split(separator: " and ").allSatisfy { holds(String($0)) }
      }
    }
    return cell.split(separator: ", ").allSatisfy { holds(String($0)) }
  }

  @Test("a table that is too wide is split, and every part names the clauses")
  func split() throws {
    let facts = (0..<30).map { "quite_long_name_\($0)" }
    let text =
      "task T { fact \(facts.joined(separator: ", ")) : Bool goal \(facts.joined(separator: ", ")) }"
    let output = tableText(try tables(text))
    #expect(output.split(separator: "\n").allSatisfy { $0.count <= 110 })
    let heads = output.split(separator: "\n").filter { $0.hasPrefix("clause") }
    #expect(heads.count > 3)
  }

  @Test("names and labels cannot break the page")
  func escaping() throws {
    let html = tableHTML(
      try tables("task T { fact a : Bool rule R \"<script>&\\\"'\" when a do x()\n goal not a }"))
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;&amp;"))
  }

  @Test("every element of the page that is opened is closed, and nothing is loaded from elsewhere")
  func page() throws {
    let program = try FlagshipProgram.load()
    let html = tableHTML(try conditionTables(analyse(program), program))
    var open: [Substring] = []
    for match in html.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*>/) {
      if ["meta", "wbr"].contains(match.2) { continue }
      if match.1.isEmpty {
        open.append(match.2)
      } else {
        #expect(open.popLast() == match.2)
      }
    }
    #expect(open.isEmpty)
    for loading in ["http", "src=", "@import", "url(", "<link", "<script"] {
      #expect(!html.contains(loading))
    }
    #expect(html.contains("prefers-color-scheme: dark"))
  }
}
