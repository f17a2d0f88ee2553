import ReplicatedLog
import RulesNetwork

/// A cluster's picture as plain tables.
struct StatusTable {
  var picture: ClusterPicture
  /// The name of the only log that is shown, if one was asked for.
  var logName: String?

  /// Whether everything is as it should be: every server answered, every segment has its replicas,
  /// none is corrupt.
  var isHealthy: Bool {
    picture.servers.allSatisfy { $0.replicas != nil }
      && picture.segments.allSatisfy { !$0.isUnderReplicated && $0.corrupt.isEmpty }
  }

  /// The whole text, with a final newline.
  var text: String {
    let segments = picture.segments
    var lines = [
      "Cluster \(hexadecimal(picture.cluster)), membership version \(picture.version), "
        + counted(picture.servers.count, "backup")
    ]
    lines +=
      TextTable(
        [["backup", "address", "replicas", "corrupt"]] + picture.servers.map(serverRow),
        rightAligned: [2, 3]
      ).lines
    for log in Set(segments.map(\.log)).sorted() {
      lines.append("")
      lines.append("Log \(log)" + (picture.names[log].map { " '\(printable($0))'" } ?? ""))
      let rows = segments.filter { $0.log == log }
      lines +=
        TextTable(
          [["segment", "epoch", "state", "bytes", "replicas on", ""]] + rows.map(segmentRow),
          rightAligned: [0, 1, 3]
        ).lines
      lines.append("  " + summary(rows))
    }
    if segments.isEmpty {
      lines.append("\nNo segment of \(logName.map { "log '\($0)'" } ?? "any log").")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func serverRow(_ server: ClusterPicture.Server) -> [String] {
    let id = server.member.server.description
    guard let replicas = server.replicas else {
      return [id, server.member.address, server.problem ?? "no answer", ""]
    }
    let corrupt = replicas.filter { !$0.state.isSound }.count
    return [id, server.member.address, grouped(replicas.count), grouped(corrupt)]
  }

  private func segmentRow(_ segment: ClusterPicture.Segment) -> [String] {
    var remarks: [String] = []
    if segment.readable.isEmpty {
      remarks.append(segment.isMissing ? "MISSING" : "NOT READABLE")
    } else if segment.isUnderReplicated {
      remarks.append("under-replicated: \(segment.readable.count) of \(segment.wanted)")
    }
    if !segment.corrupt.isEmpty {
      remarks.append("corrupt on \(list(segment.corrupt))")
    }
    return [
      String(segment.id), String(segment.epoch),
      segment.readable.isEmpty ? "unknown" : segment.closed ? "closed" : "open",
      grouped(Int(segment.bytes)), list(segment.readable), remarks.joined(separator: "; "),
    ]
  }

  private func summary(_ segments: [ClusterPicture.Segment]) -> String {
    let under = segments.filter(\.isUnderReplicated).count
    let corrupt = segments.map(\.corrupt.count).reduce(0, +)
    return "\(counted(segments.count, "segment")), \(under) under-replicated, "
      + "\(counted(corrupt, "corrupt replica"))"
  }

  private func list(_ servers: [ServerID]) -> String {
    servers.map(\.description).joined(separator: " ")
  }

  /// Others may have given it its name, and in that what moves a terminal's cursor.
  private func printable(_ name: String) -> String {
    name.unicodeScalars.map { $0.escaped(asASCII: false) }.joined()
  }

  private func hexadecimal(_ number: UInt64) -> String { String(number, radix: 16) }
}
