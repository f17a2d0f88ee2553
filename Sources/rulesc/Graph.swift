import RulesOutput

private let formats = OutputFormat(choices: ["dot", "mermaid", "svg", "text"])
private let wakes = OptionSpecification(
  name: "--wakes", help: "Draw which rule or event wakes which wait instead.")

let graphVerb = Verb(
  name: "graph",
  summary: "Draw which rule enables which.",
  operands: "FILE...",
  details: """
    An arrow leads from a rule or event to a clause if in some state the first happens while the
    second does not hold, and after one of its outcomes the second wins. The states are the
    reachable ones where these are known, else all consistent ones; the drawing says which. A
    dashed line leads from a wait to what it waits for.

    With --wakes an arrow leads to each wait from every rule and event that changes a fact its
    cause depends on; as text with these facts and the way from the changed task to the waiting
    one. The generated code wakes along these ways.
    """,
  options: [
    formats.option("For Graphviz or Mermaid, a drawing, or text to read (default: dot)."), wakes,
  ],
  example: "rulesc graph --format svg rules/Log/*.rules > rules.svg",
  run: graph)

private func graph(_ arguments: ParsedArguments) throws -> ExitStatus {
  let format = try formats.chosen(in: arguments)
  guard let checked = try checkProgram(arguments.operands) else { return .findings }
  let graph =
    arguments.values[wakes.name] == nil
    ? enablingGraph(checked.analysis, checked.program)
    : wakingGraph(checked.analysis, checked.program)
  switch format {
  case "text" where arguments.values[wakes.name] != nil:
    try writeOutput(wakingText(checked.program))
  case "text": try writeOutput(graphText(graph))
  case "mermaid": try writeOutput(graphMermaid(graph))
  case "svg": try writeOutput(graphSVG(graph))
  default: try writeOutput(graphDOT(graph))
  }
  return checked.hasErrors() ? .findings : .fine
}
