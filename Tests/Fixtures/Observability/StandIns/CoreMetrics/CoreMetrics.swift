/// Stands in for swift-metrics: the part that the adapter uses. Prints what is recorded.
public class Recorder {
  public let label: String
  public let dimensions: [(String, String)]

  init(label: String, dimensions: [(String, String)], aggregate: Bool) {
    self.label = label
    self.dimensions = dimensions
  }

  public func record<Value: BinaryFloatingPoint>(_ value: Value) {
    print("gauge \(label) \(text(dimensions)) = \(value)")
  }
}

public final class Gauge: Recorder {
  public convenience init(label: String, dimensions: [(String, String)] = []) {
    self.init(label: label, dimensions: dimensions, aggregate: false)
  }
}

public final class FloatingPointCounter {
  public let label: String
  public let dimensions: [(String, String)]

  public init(label: String, dimensions: [(String, String)] = []) {
    self.label = label
    self.dimensions = dimensions
  }

  public func increment<Value: BinaryFloatingPoint>(by amount: Value) {
    print("counter \(label) \(text(dimensions)) + \(amount)")
  }
}

private func text(_ dimensions: [(String, String)]) -> String {
  dimensions.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
}
