import Foundation
import Glibc

/// Appends numbered lines with one `replog append` after the other, and remembers which of them were
/// acknowledged.
final class NemesisOwner {
  /// Bytes that may be written and not acknowledged: less than a pipe holds, so that a write to a
  /// stopped process does not block.
  private static let window = 40_000

  private let seed: UInt64
  /// Bytes a second that are written at most: the log has to stay in the owner's memory.
  private let rate: Int
  private let began = ContinuousClock.now
  private var written = 0
  private let start: () throws -> ReplogProcess
  private(set) var process: ReplogProcess
  private(set) var starts = 1
  /// The number of the next line.
  private(set) var next = 0
  /// Numbers of the lines that were acknowledged.
  private(set) var acknowledged: [Range<Int>] = []
  /// The first line of the process that runs.
  private var first = 0
  private var acks = 0
  private var unacknowledged = 0
  /// Why processes ended, for people.
  private(set) var ends: [String] = []

  init(seed: UInt64, rate: Int, start: @escaping () throws -> ReplogProcess) throws {
    self.seed = seed
    self.rate = rate
    self.start = start
    process = try start()
  }

  var acknowledgedCount: Int { acknowledged.map(\.count).reduce(0, +) + acks }

  /// The line of a number: `17 ` and bytes that only the seed knows.
  static func line(_ number: Int, seed: UInt64) -> String {
    var random = SplitMix(state: seed &+ UInt64(number))
    let words = (0..<Int(random.next() % 60)).map { _ in String(random.next(), radix: 36) }
    return "\(number) \(words.joined(separator: " "))"
  }

  /// Notes what was acknowledged, and writes more; a process that has ended is followed by another.
  func step() throws {
    guard process.process.isRunning else {
      noteEnd()
      starts += 1
      process = try start()
      return
    }
    noteAcks()
    let budget = Int((ContinuousClock.now - began) / .milliseconds(1)) * rate / 1000
    while unacknowledged < Self.window, written < budget {
      let line = Self.line(next, seed: seed) + "\n"
      do {
        try process.write(line)
      } catch {
        // It has just ended; part of the line may be there, but no newline.
        next += 1
        return
      }
      next += 1
      written += line.utf8.count
      unacknowledged += line.utf8.count
    }
  }

  /// The process has ended. What was not acknowledged is not written again: it may be in the log.
  func noteEnd() {
    noteAcks()
    ends.append(process.errors.split(separator: "\n").last.map(String.init) ?? "killed")
    if acks > 0 { acknowledged.append(first..<first + acks) }
    first = next
    acks = 0
    unacknowledged = 0
  }

  /// Whether a line that was written from that number on is acknowledged.
  func acknowledged(after number: Int) -> Bool {
    first + acks > number && acks > 0
  }

  /// What the last processes said, for people.
  var words: String {
    "owners: "
      + (ends.suffix(5) + [process.errors.suffix(500).description]).joined(separator: "\n  ")
  }

  private func noteAcks() {
    // Not a line that is half there, nor the summary at the end.
    let lines = process.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard let count = lines.last(where: { Int($0) != nil }).flatMap({ Int($0) }), count > acks
    else { return }
    for number in first + acks..<first + count {
      unacknowledged -= Self.line(number, seed: seed).utf8.count + 1
    }
    acks = count
  }

  /// Whether every acknowledged line is in what was read, each byte as it was, in order, and nothing else
  /// than what was written.
  /// - Returns: nil, or what is wrong.
  func problem(with text: Data) -> String? {
    var found: [Int] = []
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      guard let number = line.split(separator: " ").first.flatMap({ Int($0) }), number < next,
        line == Self.line(number, seed: seed)
      else { return "a line that was never written: \(line.prefix(200))" }
      if let last = found.last, number <= last { return "line \(number) after line \(last)" }
      found.append(number)
    }
    let numbers = Set(found)
    let lost = acknowledged.flatMap { $0.filter { !numbers.contains($0) } }
    guard let example = lost.first else { return nil }
    return "\(lost.count) acknowledged lines are lost, line \(example) the first"
  }
}
