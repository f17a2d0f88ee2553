/// Reads Prometheus' text format, and refuses what a scraper would: names out of their alphabet,
/// labels that are not escaped, types that are missing or come too late, names in several blocks,
/// series that come twice; and counters that are not named as such.
public struct PrometheusReader {
  public struct Refused: Error, CustomStringConvertible {
    public var description: String
  }

  public private(set) var types: [String: String] = [:]
  public private(set) var helps: [String: String] = [:]
  /// By name and labels, as written.
  public private(set) var values: [String: Double] = [:]
  /// The values of the labels of each series.
  public private(set) var labels: [String: [String: String]] = [:]
  private var closed: Set<String> = []
  private var current = ""

  public init(_ text: String) throws {
    guard text.isEmpty || text.hasSuffix("\n") else { throw Refused(description: "no line end") }
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# ") { try readComment(line) } else { try readSample(line) }
    }
  }

  private mutating func open(_ name: String) throws {
    guard name != current else { return }
    guard !closed.contains(name) else { throw Refused(description: "\(name) in two blocks") }
    closed.insert(current)
    current = name
  }

  private mutating func readComment(_ line: Substring) throws {
    let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
    guard parts.count == 4 else { throw Refused(description: "comment: \(line)") }
    try open(parts[2])
    switch parts[1] {
    case "HELP" where helps[parts[2]] == nil: helps[parts[2]] = parts[3]
    case "TYPE" where types[parts[2]] == nil && ["counter", "gauge"].contains(parts[3]):
      guard parts[2].hasSuffix("_total") == (parts[3] == "counter") else {
        throw Refused(description: "a \(parts[3]) of the name \(parts[2])")
      }
      types[parts[2]] = parts[3]
    default: throw Refused(description: "comment: \(line)")
    }
  }

  private mutating func readSample(_ line: Substring) throws {
    var rest = line
    let name = try readName(&rest)
    try open(name)
    guard types[name] != nil else { throw Refused(description: "\(name) has no type") }
    var read: [String: String] = [:]
    if rest.first == "{" {
      rest.removeFirst()
      while rest.first != "}" {
        let label = try readName(&rest)
        guard rest.hasPrefix("=\""), read[label] == nil else {
          throw Refused(description: "label: \(line)")
        }
        rest.removeFirst(2)
        read[label] = try readValue(&rest)
        if rest.first == "," { rest.removeFirst() }
      }
      rest.removeFirst()
    }
    guard rest.first == " ", let value = Double(rest.dropFirst()) else {
      throw Refused(description: "value: \(line)")
    }
    let series = String(line[..<rest.startIndex])
    guard values[series] == nil else { throw Refused(description: "twice: \(series)") }
    values[series] = value
    labels[series] = read
  }

  private func readName(_ rest: inout Substring) throws -> String {
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard let first = name.first, !first.isNumber else {
      throw Refused(description: "name: \(rest)")
    }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  /// Up to the closing quote.
  private func readValue(_ rest: inout Substring) throws -> String {
    var value = ""
    while let next = rest.popFirst() {
      switch next {
      case "\"": return value
      case "\\":
        switch rest.popFirst() {
        case "n": value.append("\n")
        case "\\": value.append("\\")
        case "\"": value.append("\"")
        default: throw Refused(description: "escape: \(rest)")
        }
      default: value.append(next)
      }
    }
    throw Refused(description: "no closing quote")
  }
}
