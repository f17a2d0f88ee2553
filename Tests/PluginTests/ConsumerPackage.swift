import Foundation
import Testing

/// The fixture package in a folder of its own, with a space and a letter that is not ASCII in its
/// name, built by a SwiftPM of its own.
///
/// It is kept between runs (below `.build-plugin-tests`, ignored by git), so that only the first run
/// compiles the tool; every test starts from the fixture's files. A test has the folder for itself until it
/// gives it back.
struct ConsumerPackage: Sendable {
  /// The build systems of SwiftPM.
  enum Engine: String, CaseIterable, Sendable { case native, swiftbuild }

  let engine: Engine
  let folder: URL

  /// This repository.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let fixture = root.appending(path: "Tests/Fixtures/Consumer")

  /// The first build of each, which compiles the tool: they begin side by side, with the first test.
  private static let firstBuilds = Dictionary(
    uniqueKeysWithValues: Engine.allCases.map { engine in
      (engine, Task { try await ConsumerPackage(copiedFor: engine).build() })
    })

  /// What the first build said.
  static func firstBuild(_ engine: Engine) async throws -> Outcome {
    try await #require(firstBuilds[engine]).value
  }

  private static let turns = Dictionary(
    uniqueKeysWithValues: Engine.allCases.map { ($0, Turns()) })

  /// Waits until the tests before have given the folder back.
  init(_ engine: Engine = .native) async throws {
    _ = try await Self.firstBuild(engine)
    await Self.turns[engine]?.take()
    do { try self.init(copiedFor: engine) } catch {
      Self.turns[engine]?.giveBack()
      throw error
    }
  }

  /// To be deferred by whoever made it: the next test may have the folder.
  func giveBack() { Self.turns[engine]?.giveBack() }

  private init(copiedFor engine: Engine) throws {
    self.engine = engine
    folder = Self.root.appending(path: ".build-plugin-tests/\(engine)/Ein Päckchen")
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["Sources", "rules"] { try? files.removeItem(at: folder.appending(path: name)) }
    try files.copyItem(
      at: Self.fixture.appending(path: "Sources"), to: folder.appending(path: "Sources"))
    let manifest = try text(of: Self.fixture.appending(path: "Package.swift"))
      .replacing("\"../../..\"", with: "\"\(Self.root.path)\"")
    if (try? text(of: folder.appending(path: "Package.swift"))) != manifest {
      try write(manifest, to: "Package.swift")
    }
  }

  func write(_ text: String, to path: String) throws {
    let url = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  func read(_ path: String) throws -> String { try text(of: folder.appending(path: path)) }

  /// Replaces one piece of a file, which must be there.
  func edit(_ path: String, _ old: String, with new: String) throws {
    let before = try read(path)
    try #require(before.contains(old), "\(path) has no \(old)")
    try write(before.replacing(old, with: new), to: path)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: folder.appending(path: path))
  }

  /// The text that the build generated from a rules file, and when it was written.
  func generated(_ name: String) throws -> (text: String, modified: Date) {
    let outputs = folder.appending(path: ".build")
    let found = FileManager.default.enumerator(at: outputs, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }.first { $0.lastPathComponent == name + ".swift" }
    let url = try #require(found, "no output for \(name)")
    let modified = try FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate]
    return (try text(of: url), try #require(modified as? Date))
  }

  func build() async throws -> Outcome { try await swift("build") }

  /// A build that plans anew: SwiftPM watches the target's folder, not one outside it.
  func buildWithNewPlan() async throws -> Outcome {
    try await swift("build", "--disable-build-manifest-caching")
  }

  func run(_ program: String = "Phone", environment: [String: String] = [:]) async throws
    -> Outcome
  {
    try await swift("run", "--skip-build", program, environment: environment)
  }

  /// `swift package rules-coverage`; what the tool prints stands at the end of the output.
  func coverage(_ arguments: String...) async throws -> Outcome {
    try await swift(["package", "rules-coverage"] + arguments)
  }

  func test() async throws -> Outcome { try await swift("test") }

  struct Outcome: Sendable {
    var status: Int32
    /// Standard output and standard error, as they came.
    var output: String
  }

  private func swift(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> Outcome { try await swift(arguments, environment: environment) }

  /// Runs SwiftPM, and once more if a signal ended it: the planner of the newer build system
  /// crashes now and then. What a tool of ours does wrong ends SwiftPM with a status instead.
  private func swift(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Outcome {
    let (outcome, reason) = try await runSwift(arguments, environment: environment)
    guard reason == .uncaughtSignal else { return outcome }
    print("SwiftPM was ended by signal \(outcome.status), and is run again:\n\(outcome.output)")
    return try await runSwift(arguments, environment: environment).outcome
  }

  /// Waits on a thread of its own: there are few for all tests, and a build takes minutes.
  private func runSwift(
    _ arguments: [String], environment: [String: String]
  ) async throws -> (outcome: Outcome, reason: Process.TerminationReason) {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try runAndWait(arguments, environment: environment) })
      }
    }
  }

  private func runAndWait(
    _ arguments: [String], environment: [String: String]
  ) throws -> (outcome: Outcome, reason: Process.TerminationReason) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let options = ["--build-system", engine.rawValue]
    process.arguments = ["swift"] + arguments.prefix(1) + options + arguments.dropFirst()
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .filter { $0.key != "RULES_PROFILE_DIR" }.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let outcome = Outcome(
      status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    return (outcome, process.terminationReason)
  }
}

private func text(of url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }
