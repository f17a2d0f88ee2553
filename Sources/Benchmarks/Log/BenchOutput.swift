import FoundationEssentials
import Glibc

/// What `replog bench --json` prints, as far as it is needed here.
struct BenchOutput: Decodable {
  struct Level: Decodable {
    struct Times: Decodable {
      var p50: Double
    }

    var durability: String
    /// Microseconds.
    var oneClient: Times
    var oneClientOnThread: Times
    var pipelinedPerSecond: Double
    var repairBytesPerSecond: Double
    var recoveryBytesPerSecond: Double
  }

  var levels: [Level]

  /// Runs the program.
  /// - Returns: nil when it failed; it has said why.
  static func run(_ replog: String) -> BenchOutput? {
    let command = "'\(replog)' bench --json --milliseconds 1000 --megabytes 128"
    guard let pipe = popen(command, "r") else { return nil }
    var text = Data()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      text.append(contentsOf: buffer[..<count])
    }
    guard pclose(pipe) == 0 else { return nil }
    return try? JSONDecoder().decode(BenchOutput.self, from: text)
  }
}
