import Foundation
import FoundationXML
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Drawings of the graph")
struct GraphFormatTests {
  /// The flagship's two graphs, and one whose names and labels are as bad as they get.
  private func graphs() throws -> [RuleGraph] {
    let program = try FlagshipProgram.load()
    let analysis = analyse(program)
    let odd = try analysed(
      "task T { fact a : Bool rule R \"<b> & \\\"#`;]})|\\\\n\" when a do x()\n goal \"é😀\" not a }"
    )
    return [
      enablingGraph(analysis, program), wakingGraph(analysis, program),
      enablingGraph(odd.analysis, odd.program),
    ]
  }

  @Test("SVG is well-formed XML that loads nothing and has both colour schemes")
  func svg() throws {
    for graph in try graphs() {
      let text = graphSVG(graph)
      let parser = XMLParser(data: Data(text.utf8))
      let elements = ElementCounter()
      parser.delegate = elements
      #expect(parser.parse(), "\(parser.parserError?.localizedDescription ?? "")")
      #expect(elements.counts["path", default: 0] > graph.parts.reduce(0) { $0 + $1.edges.count })
      #expect(text.contains("prefers-color-scheme: dark"))
      #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
    }
  }

  @Test("every kind of node and line that is drawn stands in the legend")
  func legend() throws {
    let text = graphSVG(try graphs()[0])
    for meaning in [
      "rule", "wait", "goal", "event", "rule or event elsewhere", "change elsewhere", "enables",
      "waits for",
    ] { #expect(text.contains(">\(meaning)</text>"), "\(meaning)") }
  }

  @Test("Mermaid: every line is a statement, and every name in an edge is a node")
  func mermaid() throws {
    for graph in try graphs() {
      let lines = graphMermaid(graph).split(separator: "\n").map(String.init)
      #expect(lines.first == "flowchart TB")
      var nodes: Set<Substring> = []
      let text = #""[^"]*""#
      let node = try Regex<(Substring, Substring)>(
        #"^    (n\d+_\d+)(?:\[T\]|\{\{T\}\}|\(\[T\]\)|\(T\)):::[a-z]+$"#
          .replacing("T", with: text))
      let edge = try Regex<(Substring, Substring, Substring)>(
        #"^  (n\d+_\d+) (?:-->|-\.-o|-\. T \.->) (n\d+_\d+)$"#.replacing("T", with: text))
      let other = try Regex(
        #"^  (?:subgraph s\d+\[T\]|end|linkStyle [\d,]+ stroke:#\w+|classDef \w+ [^"]+)$"#
          .replacing("T", with: text))
      for line in lines.dropFirst() {
        if let match = try node.wholeMatch(in: line) {
          nodes.insert(match.1)
        } else if let match = try edge.wholeMatch(in: line) {
          #expect(nodes.contains(match.1) && nodes.contains(match.2))
        } else {
          #expect(try other.wholeMatch(in: line) != nil, "\(line)")
        }
      }
      #expect(nodes.count == graph.parts.reduce(0) { $0 + $1.nodes.count })
    }
  }

  @Test("Graphviz reads what is written for it", .enabled(if: Graphviz.path != nil, "needs dot"))
  func dot() throws {
    for graph in try graphs() {
      let plain = try Graphviz.run(graphDOT(graph), format: "plain").split(separator: "\n")
      #expect(
        plain.filter { $0.hasPrefix("node ") }.count
          == graph.parts.reduce(0) { $0 + $1.nodes.count })
      #expect(
        plain.filter { $0.hasPrefix("edge ") }.count
          == graph.parts.reduce(0) { $0 + $1.edges.count })
    }
  }

  @Test("the drawings of the flagship are exactly the reviewed ones")
  func golden() throws {
    let graph = try graphs()[0]
    try expectGolden(graphDOT(graph), "graph.dot")
    try expectGolden(graphMermaid(graph), "graph.mmd")
    try expectGolden(graphSVG(graph), "graph.svg")
  }
}

private final class ElementCounter: NSObject, XMLParserDelegate {
  var counts: [String: Int] = [:]

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) { counts[name, default: 0] += 1 }
}

/// The `dot` command, where it is installed.
private enum Graphviz {
  static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/dot" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What `dot` makes of a text; fails the test with its complaints, also mere warnings.
  static func run(_ text: String, format: String) throws -> String {
    let input = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).dot")
    try text.write(to: input, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: input) }
    let process = Process()
    process.executableURL = URL(filePath: try #require(path))
    process.arguments = ["-T\(format)", input.path]
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let result = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: complaints, as: UTF8.self) == "")
    return String(decoding: result, as: UTF8.self)
  }
}
