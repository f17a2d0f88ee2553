import Glibc
import RulesNetwork

/// A coordinator and backups as processes of their own, which end with this one: they read from pipes
/// that it holds.
struct Cluster {
  let coordinator: NetworkAddress
  private var pipes: [UnsafeMutablePointer<FILE>] = []

  /// - Parameters:
  ///   - replog: the program's path.
  ///   - directory: where their files are; it exists.
  /// - Returns: nil when one of them does not start; it has said why on stderr.
  init?(replog: String, directory: String, backups: Int) {
    guard
      let (pipe, text) = Self.start(
        replog, "coordinator --listen 127.0.0.1:0 --dir '\(directory)/coordinator'",
        output: "\(directory)/coordinator.out"), let address = NetworkAddress(text)
    else { return nil }
    coordinator = address
    pipes.append(pipe)
    for number in 1...backups {
      let name = "\(directory)/backup\(number)"
      guard
        let (pipe, _) = Self.start(
          replog, "backup --coordinator \(address) --dir '\(name)'", output: "\(name).out")
      else { return nil }
      pipes.append(pipe)
    }
  }

  /// - Returns: the pipe, and the last word of the line that it prints once it can be used.
  private static func start(
    _ replog: String, _ arguments: String, output: String
  ) -> (UnsafeMutablePointer<FILE>, String)? {
    unlink(output)
    let command =
      "exec '\(replog)' \(arguments) --exit-with-parent > '\(output)' 2> '\(output).log'"
    guard let pipe = popen(command, "w") else { return nil }
    for _ in 0..<1000 {
      if let line = firstLine(of: output) {
        return line.split(separator: " ").last.map { (pipe, String($0)) }
      }
      usleep(10_000)
    }
    print("'\(command)' does not start")
    return nil
  }

  private static func firstLine(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 512)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    guard bytes.last == 0x0A else { return nil }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }
}
