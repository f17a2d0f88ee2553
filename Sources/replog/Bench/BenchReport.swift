/// What `replog bench` measured, as text for people or as JSON.
struct BenchReport: Encodable, Sendable {
  /// At one level of durability.
  struct Level: Encodable, Sendable {
    /// `memory` or `disk`.
    var durability: String
    /// One record after the other, in microseconds.
    var oneClient: Times
    /// The same by a client on the log's own thread.
    var oneClientOnThread: Times
    /// Records a second of so many clients, each with one record under way.
    var clients: Int
    var clientsPerSecond: Double
    /// Records a second of one client that appends many at once.
    var batch: Int
    var pipelinedPerSecond: Double
    /// Bytes that were made again after a backup was killed, and how many a second from F1 on.
    var repairedBytes: Int
    var repairBytesPerSecond: Double
    /// Bytes that the next owner read back, and how many a second from `open` on.
    var recoveredBytes: Int
    var recoveryBytesPerSecond: Double
  }

  struct Times: Encodable, Sendable {
    var appends: Int
    var p50: Double
    var p99: Double
    var p999: Double

    init(_ latencies: Latencies) {
      appends = latencies.count
      let times = latencies.percentiles([0.5, 0.99, 0.999])
      (p50, p99, p999) = (times[0], times[1], times[2])
    }
  }

  /// Grows when a field changes its meaning or goes away.
  var version = 1
  /// Bytes of a record.
  var recordBytes: Int
  var levels: [Level]

  /// One JSON object, with a final newline.
  var json: String {
    get throws { try jsonText(of: self) }
  }

  /// A table, a column for each level.
  var text: String {
    func row(_ name: String, _ value: (Level) -> String) -> [String] { [name] + levels.map(value) }
    func perSecond(_ value: Double) -> String { "\(grouped(Int(value)))/s" }
    func megabytes(_ value: Double) -> String { "\(decimal(value / 1e6)) MB/s" }
    let rows = [
      row("records of \(recordBytes) bytes, durable in:") { $0.durability },
      row("one client, p50") { "\(decimal($0.oneClient.p50)) us" },
      row("one client, p99") { "\(decimal($0.oneClient.p99)) us" },
      row("one client, p99.9") { "\(decimal($0.oneClient.p999)) us" },
      row("on the log's thread, p50") { "\(decimal($0.oneClientOnThread.p50)) us" },
      row("\(levels.first?.clients ?? 0) clients") { perSecond($0.clientsPerSecond) },
      row("\(grouped(levels.first?.batch ?? 0)) records at once") {
        perSecond($0.pipelinedPerSecond)
      },
      row("repair after a kill -9") {
        "\(megabytes($0.repairBytesPerSecond)) of \(byteCount($0.repairedBytes))"
      },
      row("recovery by a new owner") {
        "\(megabytes($0.recoveryBytesPerSecond)) of \(byteCount($0.recoveredBytes))"
      },
    ]
    return TextTable(rows, rightAligned: Set(1...max(1, levels.count))).lines
      .joined(separator: "\n") + "\n"
  }
}
