import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

/// Profiles made by hand, as running programs write them.
struct ProfileText {
  let program: Program
  let analysis: Analysis

  /// The lines and the `end` line that belongs to them.
  static func sealed(_ lines: String) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in lines.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    let end = String(repeating: "0", count: 16 - digits.count) + digits
    return Array((lines + "end \(end)\n").utf8)
  }

  /// A profile with the counts of some states of one scope, whose leaves are those of the rules.
  func bytes(
    _ scope: String, _ states: [(state: [Int?], count: UInt64)], hash: UInt64? = nil,
    path: String? = nil, more: String = ""
  ) throws -> [UInt8] {
    let task = try #require(
      recordedTasks(program, analysis).first { $0.scopes.contains { $0.name == scope } })
    let recorded = try #require(task.scopes.first { $0.name == scope })
    let partition = analysis.scopes[recorded.index].partition
    let position = partition.scope.task.position
    var lines = head(task.name, hash ?? task.contentHash, path ?? program.files[position.file].path)
    lines += "scope \(scope) \(recorded.leaves.leaves.count)\n"
    for (state, count) in states {
      let words = recorded.layout.pack(state).map { String($0, radix: 16) }.joined(separator: ":")
      let stateClass = partition.stateClass(at: state.map { $0 ?? 0 })
      let leaf = try #require(recorded.leaves.leaves(of: stateClass).first)
      lines += "state \(words) \(leaf) \(count)\n"
    }
    return Self.sealed(lines + more)
  }

  private func head(_ task: String, _ hash: UInt64, _ path: String) -> String {
    let digits = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    return "swift-rules profile 1\nprocess tests 1\ntask \(task) \(padded) \(path)\n"
  }

  /// What these profiles together recorded.
  func recording(_ profiles: [[UInt8]]) throws -> Recording {
    var recordings = [Recording(of: program, analysis)]
    for bytes in profiles { try add(try parseProfile(bytes), to: &recordings) }
    return recordings[0]
  }

  /// The report when tests and production recorded this.
  func report(
    tests: [[UInt8]]? = nil, production: [[UInt8]]? = nil, except: String = ""
  ) throws -> (report: CoverageReport, exceptions: [CoverageException]) {
    let file = SourceFile(path: "except.txt", text: except)
    let read = readExceptions(file, in: [program])
    #expect(read.problems == [])
    var exceptions = read.exceptions
    let rules = CoveredRules(
      program: program, analysis: analysis, tests: try tests.map(recording),
      production: try production.map(recording))
    return (coverageReport([rules], exceptions: &exceptions), exceptions)
  }

  /// The reachable states of a scope by steps.
  func reachable(_ scope: String) throws -> [[Int]] {
    let found = try #require(analysis.scopes.first { $0.name == scope }?.exploration?.reached)
    var states: [[Int]] = []
    found.visit { state, _ in states.append(state) }
    return states
  }
}

extension ProfileText {
  init(_ text: String) throws {
    (program, analysis) = try analysed(text)
  }

  /// The rules of the log.
  static func flagship() throws -> ProfileText {
    let program = try FlagshipProgram.load()
    return ProfileText(program: program, analysis: analyse(program))
  }

  /// A lamp whose switch may break: `on, broken` cannot be reached.
  static let lamp = """
    task Lamp {
      fact wanted, on, broken : Bool  initially false
      rule Light "it is dark"
        when wanted, not on, not broken
        do   light()
        then on = true
      rule Dim
        when not wanted, on
        do   dim()
        then on = false
      wait Repair for mended when broken, wanted
      goal "as wanted" (wanted, on, not broken) or (not wanted, not on)
      event want when not broken then wanted = any
      event fail when not on then broken = true
      event mended fair when broken then broken = false
    }

    """
}
