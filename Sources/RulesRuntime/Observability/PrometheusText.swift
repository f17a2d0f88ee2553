extension PoolMetrics {
  /// The `Content-Type` of `prometheusText`.
  public static let prometheusContentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The pool's numbers in Prometheus' text format 0.0.4: what an HTTP server answers to a scrape.
  public var prometheusText: String { Self.prometheusText([self]) }

  /// The numbers of all pools of a process. Those of pools of one name are added up.
  public static func prometheusText(_ pools: [PoolMetrics]) -> String {
    MetricSample.prometheusText(pools.flatMap(\.samples))
  }
}

extension MetricSample {
  /// Numbers in Prometheus' text format 0.0.4, in the order of their names' first samples. Those of one
  /// name and labels are added up.
  public static func prometheusText(_ samples: [MetricSample]) -> String {
    var families: [String: [MetricSample]] = [:]
    var order: [String] = []
    for sample in samples.merged {
      if families[sample.name] == nil { order.append(sample.name) }
      families[sample.name, default: []].append(sample)
    }
    // The format asks for all samples of a name in one block.
    return order.compactMap { families[$0] }.map(block).joined()
  }

  private static func block(_ samples: [MetricSample]) -> String {
    guard let first = samples.first else { return "" }
    return "# HELP \(first.name) \(escaped(first.help, quotes: false))\n"
      + "# TYPE \(first.name) \(first.kind.rawValue)\n" + samples.map(line).joined()
  }

  private static func line(_ sample: MetricSample) -> String {
    let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
    let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
    return "\(sample.name)\(braces) \(number(sample.value))\n"
  }

  /// Counts without a decimal point, as long as a Double holds each whole number.
  private static func number(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
