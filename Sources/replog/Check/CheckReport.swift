import LogServices
import ReplicatedLog

/// What `replog check` found, as text for people or as JSON.
struct CheckReport: Encodable {
  struct Fence: Encodable {
    var log: UInt64
    var epoch: UInt32
  }

  struct Replica: Encodable {
    var file: String
    var log: UInt64
    var segment: UInt64
    var epoch: UInt32
    /// `open`, `closed` or `corrupt`.
    var state: String
    var certifiedBytes: UInt32
    var problem: String?
  }

  /// Grows when a field changes its meaning or goes away.
  var version = 1
  var directory: String
  /// In hexadecimal; absent: the directory has belonged to none yet.
  var cluster: String?
  var fences: [Fence]
  var replicas: [Replica]
  var unfinished: [String]
  var unknownFiles: [String]
  var problems: [String]
  var sound: Bool

  init(_ inspection: DirectoryInspection, directory: String) {
    self.directory = directory
    cluster = inspection.cluster.map { String($0, radix: 16) }
    fences = inspection.fences.map { Fence(log: $0.log, epoch: $0.epoch) }
    replicas = inspection.replicas.map {
      Replica(
        file: $0.file, log: $0.key.log, segment: $0.key.segment, epoch: $0.key.epoch,
        state: "\($0.state)", certifiedBytes: $0.certified, problem: $0.problem)
    }
    unfinished = inspection.drafts
    unknownFiles = inspection.strangers
    problems = inspection.problems
    sound = inspection.isSound
  }

  /// One JSON object, with a final newline.
  var json: String {
    get throws { try jsonText(of: self) }
  }

  /// A table, and a summary in the last line.
  var text: String {
    var lines = [cluster.map { "Directory of cluster \($0)" } ?? "Directory of no cluster yet"]
    if !replicas.isEmpty {
      lines +=
        TextTable(
          [["log", "segment", "epoch", "state", "bytes", ""]] + replicas.map(row),
          rightAligned: [0, 1, 2, 4]
        ).lines
    }
    lines += fences.map { "Writers of log \($0.log) before epoch \($0.epoch) are refused." }
    lines += unfinished.map { "\($0): never finished, removed at the next start" }
    lines += unknownFiles.map { "\($0): no file of a backup, left alone" }
    lines += problems.map { "DAMAGED: \($0)" }
    let corrupt = replicas.filter { $0.state == "corrupt" }.count
    if corrupt > 0 {
      lines.append(
        "A backup that is started here serves what is sound; a log's owner makes what is corrupt again "
          + "from other replicas.")
    }
    lines.append(
      "\(counted(replicas.count, "replica")), \(grouped(corrupt)) corrupt"
        + (problems.isEmpty ? "" : ", \(counted(problems.count, "damaged file"))"))
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ replica: Replica) -> [String] {
    [
      String(replica.log), String(replica.segment), String(replica.epoch), replica.state,
      grouped(Int(replica.certifiedBytes)), replica.problem ?? "",
    ]
  }
}
