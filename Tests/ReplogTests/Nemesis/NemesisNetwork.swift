import Foundation
import Glibc

/// A network of the test's own, in which servers can be cut off: a network namespace that has only its
/// loopback device. It ends with the process that holds it.
final class NemesisNetwork {
  /// What is cut of a server that has an address of its own.
  enum Cut: CaseIterable {
    /// Nobody reaches it.
    case requests
    /// What it answers is lost.
    case answers
    case both
  }

  private let holder = Process()

  /// What a program is started with so that it runs there.
  let prefix: [String]

  /// - Returns: nil when the machine does not let this user have one, or lacks the tools.
  init?() {
    let needed = ["/usr/bin/unshare", "/usr/bin/nsenter", "/usr/sbin/ip"]
    guard geteuid() == 0, needed.allSatisfy(FileManager.default.isExecutableFile(atPath:)) else {
      return nil
    }
    holder.executableURL = URL(filePath: needed[0])
    // The rule that finds local addresses usually comes first; here others can come before it.
    holder.arguments = [
      "-n", "sh", "-c",
      "ip link set lo up && ip rule add pref 10 lookup local && ip rule del pref 0 && "
        + "echo ready && exec sleep 100000",
    ]
    let output = Pipe()
    holder.standardOutput = output
    holder.standardError = FileHandle.nullDevice
    do {
      try holder.run()
    } catch {
      return nil
    }
    prefix = [needed[1], "--net=/proc/\(holder.processIdentifier)/ns/net"]
    guard output.fileHandleForReading.availableData.starts(with: Data("ready".utf8)) else {
      end()
      return nil
    }
  }

  func cut(_ address: String, _ cut: Cut) { rule("add", address, cut) }

  func heal(_ address: String, _ cut: Cut) { rule("del", address, cut) }

  private func rule(_ verb: String, _ address: String, _ cut: Cut) {
    let sides = cut == .both ? ["to", "from"] : [cut == .requests ? "to" : "from"]
    for side in sides {
      let process = Process()
      process.executableURL = URL(filePath: prefix[0])
      process.arguments = [
        prefix[1], "ip", "rule", verb, "pref", "5", side, address, "blackhole",
      ]
      try? process.run()
      process.waitUntilExit()
    }
  }

  func end() {
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
  }
}
