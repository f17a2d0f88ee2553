import Metrics
import RulesRuntime

/// Hands snapshots of pools to swift-metrics. Keep one, and give it a snapshot every ten seconds or
/// so: `reporter.report(try await pool.metrics())`.
public struct MetricsReporter {
  /// What each counter showed last; the keys are samples without their values.
  private var last: [MetricSample: Double] = [:]

  public init() {}

  public mutating func report(_ metrics: PoolMetrics) {
    for sample in metrics.samples {
      let dimensions = sample.labels.map { ($0.name, $0.value) }
      switch sample.kind {
      case .gauge:
        Gauge(label: sample.name, dimensions: dimensions).record(sample.value)
      case .counter:
        // A counter of swift-metrics is told by how much it has grown.
        var key = sample
        key.value = 0
        let growth = sample.value - (last.updateValue(sample.value, forKey: key) ?? 0)
        if growth > 0 {
          FloatingPointCounter(label: sample.name, dimensions: dimensions).increment(by: growth)
        }
      }
    }
  }
}
