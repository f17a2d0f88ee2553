import Foundation
import RulesAnalysis
import RulesLanguage
import Testing

@testable import RulesOutput

@Suite("Generated code under the compiler")
struct CompileTests {
  @Test("compiles against the runtime without a warning, under the package's settings")
  func compiles() throws {
    let compiler = try SwiftCompiler()
    let runtime = FlagshipProgram.root.appending(path: "Sources/RulesRuntime")
    let sources = try #require(
      FileManager.default.enumerator(at: runtime, includingPropertiesForKeys: nil)
    )
    .compactMap { ($0 as? URL)?.path }.filter { $0.hasSuffix(".swift") }
    // Only its interface is needed.
    try compiler.compile(
      [
        "-emit-module", "-module-name", "RulesRuntime", "-parse-as-library", "-Xfrontend",
        "-experimental-skip-non-inlinable-function-bodies-without-types",
      ] + SwiftCompiler.strict + sources)
    var names = ["State.swift", "Odd.swift"]
    for file in try Self.flagshipFiles() + [Self.everyConstruct()] {
      try compiler.write(file.text, to: file.name)
      names.append(file.name)
    }
    try compiler.write(Self.state, to: "State.swift")
    try compiler.write(Self.oddState, to: "Odd.swift")
    for build in [[], ["-D", "DEBUG"]] {
      try compiler.compile(
        ["-typecheck", "-parse-as-library", "-I", "."] + build + SwiftCompiler.strict + names)
    }
  }

  @Test("asks in debug builds, and only there, whether an action did what its rule says")
  func checks() throws {
    let compiler = try SwiftCompiler()
    let text = "task T { fact a : Bool rule R when a do a = false then a = false goal not a }"
    let generated = try FlagshipProgram.generate(text).replacing("import RulesRuntime", with: "")
    try compiler.write(generated, to: "T.rules.swift")
    try compiler.write(Self.recordingRuntime, to: "Runtime.swift")
    try compiler.write(
      """
      final class T {
        let membership = TaskMembership()
        var subjectID: UInt64 { 0 }
        var subjectName: String { "t" }
        var a = true
      }
      var turn = Turn()
      T().applyRules(&turn)
      print(turn.checks)
      """, to: "main.swift")
    for (build, checks) in [(["-D", "DEBUG"], "1\n"), (["-O"], "0\n")] {
      let names = ["T.rules.swift", "Runtime.swift", "main.swift"]
      try compiler.compile(build + ["-swift-version", "6", "-o", "check"] + names)
      #expect(try compiler.run(compiler.folder.appending(path: "check")) == checks)
    }
  }

  @Test("ends, in every combination of facts, in the leaf that the analysis says")
  func decides() throws {
    let compiler = try SwiftCompiler()
    for file in try Self.flagshipFiles() {
      try compiler.write(file.text.replacing("import RulesRuntime", with: ""), to: file.name)
    }
    try compiler.write(Self.state.replacing("import RulesRuntime", with: ""), to: "State.swift")
    try compiler.write(Self.recordingRuntime, to: "Runtime.swift")
    try compiler.write(Self.everyState, to: "main.swift")
    let names =
      try Self.flagshipFiles().map(\.name) + ["State.swift", "Runtime.swift", "main.swift"]
    try compiler.compile(["-Onone", "-swift-version", "6", "-o", "decide"] + names)
    let lines = try compiler.run(compiler.folder.appending(path: "decide")).split(separator: "\n")

    let scope = try #require(analyse(try FlagshipProgram.load()).scopes.first)
    let emission = ScopeEmission(
      number: 0, scope,
      SourceText(program: try FlagshipProgram.load(), options: FlagshipProgram.options), [])
    #expect(lines.count == 2 * 2 * 3 * 3 * 3 * 27 * 2 * 2)
    for line in lines {
      let fields = line.split(separator: " ").compactMap { Int($0) }
      try #require(fields.count == 11)
      #expect(
        emission.leaves[fields[10]].enumCase
          == expectedLeaf(fields, scope.partition, emission), "\(line)")
    }
  }

  /// - Parameter fields: finalized, server, header, footer, rpc, committed, sent, appended,
  ///   following.opened, prior.closed, leaf.
  private func expectedLeaf(
    _ fields: [Int], _ partition: Partition, _ emission: ScopeEmission
  ) -> String {
    let (committed, sent, appended) = (fields[5], fields[6], fields[7])
    guard committed <= sent, sent <= appended else { return "outOfOrder" }
    let ordering = (committed < sent ? 1 : 0) + (sent < appended ? 2 : 0)
    let state = Array(fields[0..<5]) + [ordering, fields[8], fields[9]]
    let clauses = partition.scope.clauses
    switch partition.stateClass(at: state) {
    case .rule(let rule): return clauses[rule].name
    case .wait(let waits): return clauses[waits[0]].name
    case .goal(let goals): return clauses[goals[0]].name
    case .unhandled, .overlap, .inconsistent: return "unhandled"
    case .broken:
      // The first broken `always` is the one reported; which it is, the naive way.
      let header = fields[2]
      let footer = fields[3]
      let rpc = fields[4]
      let inFlight = [header == 1, committed < sent, footer == 1].filter { $0 }.count
      if rpc != 0 && inFlight != 1 { return "broken1" }
      if rpc == 0 && inFlight > 0 { return "broken2" }
      if fields[1] == 0 && (header != 0 || rpc != 0) { return "broken3" }
      if header != 2 && (committed != sent || footer != 0) { return "broken4" }
      return "broken5"
    }
  }

  private static func flagshipFiles() throws -> [GeneratedFile] {
    let program = try FlagshipProgram.load()
    return generateSwift(program, analyse(program), options: FlagshipProgram.options)
  }

  /// What the flagship rules do not use.
  private static func everyConstruct() throws -> GeneratedFile {
    let text = """
      extern enum Mode { on, off }
      task Odd {
        fact mode : Mode
        fact many : Bool = items.count > 3
        define quiet = mode == off, not next.quiet
        related next : Odd?
        related last : Odd?
        related home : Segment
        each item : Item in items {
          fact ready : Bool = item.size > 0
          fact low <= middle < high : Int
          always one of { ready; not ready }
          rule R1 when ready, low < middle do item.shrink() then low = middle or stay after 1 s
          goal not ready or low == middle
        }
        event tick "the clock" then many = false
        rule R2 when many, mode == on
          do {
            let count = items.count
            print(count)
          }
          then mode = off
        wait W1 for next.quiet, tick when not next.quiet, not many
        goal not many, next.quiet
        goal mode == off, home.finalized
        wait W2 for home.finalized when mode == off, not home.finalized
        rule R3 "every" over goal, W1, R2, W2 when some item: low < middle do print("R3")
      }
      pool P { task Odd where next links last policy overlap allow policy gap allow }
      task Segment { fact finalized : Bool goal finalized or not finalized }
      """
    let program = try FlagshipProgram.compile([SourceFile(path: "Odd.rules", text: text)])
    var files = generateSwift(program, analyse(program), options: FlagshipProgram.options)
    files[0].name = "OddRules.swift"
    // `Segment` is the flagship's: only what belongs to `Odd` is of interest.
    let end = try #require(files[0].text.range(of: "nonisolated extension Segment"))
    let helpers = files[0].text.range(of: "/// `one of")
    files[0].text =
      files[0].text[..<end.lowerBound]
      + (helpers.map { String(files[0].text[$0.lowerBound...]) } ?? "")
    return files[0]
  }
}
