import Foundation
import Glibc
import TestSupport

/// A network of the test's own, in which what one server sends to another can be lost, and a file system
/// of the test's own with a small disk: namespaces that end with the process that holds them.
///
/// All servers are at addresses of the loopback device. Each runs as a user of its own, and the kernel
/// gives the connections that it makes its address, so that both ends of every packet are known.
final class NemesisNetwork {
  /// Packets that are lost: from a server, to one, or both.
  struct Cut: Hashable {
    var from: NemesisHost?
    var to: NemesisHost?

    fileprivate var arguments: [String] {
      (from.map { ["from", $0.address] } ?? []) + (to.map { ["to", $0.address] } ?? [])
    }
  }

  /// A program that becomes another one with an address of its own.
  private static let tools = [
    "/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/setpriv", "/usr/sbin/ip",
  ]

  private let holder = Process()
  private let input = Pipe()
  /// What a program is started with so that it runs there, at 127.0.0.1.
  private let prefix: [String]

  /// - Parameters:
  ///   - hosts: who is told apart by address.
  ///   - disk: a directory that becomes a disk of 20 MB, for those that run there.
  /// - Returns: nil when the machine does not let this user have one, or lacks the tools.
  init?(_ hosts: [NemesisHost], disk: URL) {
    guard geteuid() == 0,
      Self.tools.allSatisfy(FileManager.default.isExecutableFile(atPath:))
    else { return nil }
    let command = endingWithInput([Self.tools[0], "-n", "-m", "sh", "-ec", Self.setup(hosts, disk)])
    holder.executableURL = URL(filePath: command[0])
    holder.arguments = Array(command.dropFirst())
    holder.standardInput = input
    let output = Pipe()
    holder.standardOutput = output
    holder.standardError = FileHandle.nullDevice
    do {
      try holder.run()
    } catch {
      return nil
    }
    let namespaces = "/proc/\(holder.processIdentifier)/ns"
    prefix = [Self.tools[1], "--net=\(namespaces)/net", "--mount=\(namespaces)/mnt"]
    guard output.fileHandleForReading.availableData.starts(with: Data("ready".utf8)) else {
      end()
      return nil
    }
  }

  private static func setup(_ hosts: [NemesisHost], _ disk: URL) -> String {
    // The rule that finds local addresses usually comes first; here others can come before it.
    let network = """
      ip link set lo up
      ip rule add pref 10 lookup local
      ip rule del pref 0

      """
    // What is cut goes where nobody listens; where that cannot be had, its sender hears of an error.
    let nowhere = """
      { ip link add nowhere type veth peer name nobody &&
        ip link set nowhere arp off up && ip link set nobody arp off up &&
        echo 1 > /proc/sys/net/ipv4/conf/nowhere/route_localnet &&
        ip route add default dev nowhere table 99
      } || ip route add blackhole default table 99

      """
    let addresses = hosts.map {
      """
      ip route add local 127.0.0.0/8 dev lo src \($0.address) table \($0.user)
      ip rule add pref 8 uidrange \($0.user)-\($0.user) lookup \($0.user)

      """
    }
    return network + nowhere + addresses.joined() + """
      mkdir -p \(disk.path)
      mount -t tmpfs -o size=20m none \(disk.path)
      echo ready
      exec sleep 100000
      """
  }

  /// What a program is started with so that it runs there; at that server's address, if any.
  func prefix(_ host: NemesisHost? = nil) -> [String] {
    guard let host else { return prefix }
    // It may still write where its starter may.
    return prefix + [
      Self.tools[2], "--reuid", "\(host.user)", "--inh-caps=+dac_override",
      "--ambient-caps=+dac_override",
    ]
  }

  func cut(_ cut: Cut) { rule("add", cut) }

  func heal(_ cut: Cut) { rule("del", cut) }

  private func rule(_ verb: String, _ cut: Cut) {
    let process = Process()
    process.executableURL = URL(filePath: prefix[0])
    process.arguments =
      prefix.dropFirst() + ["ip", "rule", verb, "pref", "5"] + cut.arguments + ["lookup", "99"]
    // The same cut is made only once.
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
  }

  func end() {
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
  }
}
