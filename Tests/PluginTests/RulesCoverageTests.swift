import Foundation
import Testing

extension ConsumerTests {
  /// What the command of the package says, through a real package.
  @Suite("swift package rules-coverage")
  struct RulesCoverageTests {
    private let rules = "Sources/Phone/Connection.rules"

    @Test("reports every target that has rules, in one text")
    func everyTarget() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      let outcome = try await package.coverage()
      #expect(outcome.status == 0, "\(outcome.output)")
      for line in [
        "== Phone", "== Office", "== Legacy", "Connection, Sources/Phone/Connection.rules:4",
      ] {
        #expect(outcome.output.contains("\(line)\n"), "\(outcome.output)")
      }
      #expect(outcome.output.contains("unhandled: 0 of 6"))
    }

    @Test("hands its options on, and its exit status back")
    func options() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      let phone = try await package.coverage("--target", "Phone", "--fail-on", "unhandled")
      #expect(phone.status == 0, "\(phone.output)")
      #expect(phone.output.contains("Connection, ") && !phone.output.contains("== Office"))

      try FileManager.default.createDirectory(
        at: package.folder.appending(path: ".build/no profiles"), withIntermediateDirectories: true)
      let unseen = try await package.coverage(
        "--target=Phone", "--profile", ".build/no profiles", "--fail-on", "unseen")
      #expect(unseen.status != 0)
      #expect(
        unseen.output.contains(
          "Connection.rules:4:1: error: 6 of 6 reachable states of Connection were never seen in tests"
        ), "\(unseen.output)")
      let wrong = try await package.coverage("--frmat", "json")
      #expect(wrong.status != 0)
      #expect(
        wrong.output.contains("unknown option `--frmat`; did you mean `--format`?"),
        "\(wrong.output)")
    }

    @Test("tells what a program has seen, from the profile that it wrote")
    func seenByAProgram() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      let profiles = package.folder.appending(path: ".build/profiles of Phone")
      try? FileManager.default.removeItem(at: profiles)
      #expect(try await package.build().status == 0)
      #expect(try await package.run(environment: ["RULES_PROFILE_DIR": profiles.path]).status == 0)
      let report = try await package.coverage(
        "--target=Phone", "--profile", profiles.path, "--production", profiles.path)
      #expect(report.status == 0, "\(report.output)")
      #expect(
        report.output.contains(
          """
          reachable, never seen in tests: 1 of 6
            not wanted, link == dialing  (1 state)
              want, Dial, want
          seen in tests, not reachable in the model: 0
          seen in production, not reachable in the model: 0
          """), "\(report.output)")

      // Of rules that have changed since, nothing is counted.
      try package.edit(rules, "a link that nobody wants", with: "hang up now")
      let stale = try await package.coverage("--target=Phone", "--profile", profiles.path)
      #expect(stale.status != 0)
      #expect(stale.output.contains("it is stale: Connection was "), "\(stale.output)")
      #expect(!stale.output.contains("unhandled: "), "\(stale.output)")
    }

    @Test("makes one JSON document and one page of all targets")
    func documents() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      let json = package.folder.appending(path: ".build/coverage.json")
      #expect(try await package.coverage("--format", "json", "--output", json.path).status == 0)
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any])
      let sets = try #require(report["ruleSets"] as? [[String: Any]])
      #expect(Set(sets.compactMap { $0["name"] as? String }) == ["Phone", "Office", "Legacy"])

      let page = try await package.coverage("--format", "html")
      #expect(page.status == 0, "\(page.output)")
      let path = try #require(page.output.split(separator: "\n").last.map(String.init))
      #expect(path.hasSuffix("/coverage.html"))
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("Phone / Connection</a>"))
    }

    @Test("emits tests that compile and, with a driver, reach every state of the consumer's rules")
    func emittedTests() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      defer { try? FileManager.default.removeItem(at: package.folder.appending(path: "Tests")) }
      try package.write(
        """
        import RulesRuntime
        import Testing

        @testable import Phone

        /// Leads a connection where a test wants it.
        struct ConnectionTestDriver: ConnectionDriver {
          let pool = PoolCore(name: "test", log: .standardError(label: "test"))
          let connection = Connection()

          init(_ start: ConnectionFacts) { pool.add(connection) }

          var facts: ConnectionFacts {
            ConnectionFacts(wanted: connection.wanted, link: "\\(connection.link)")
          }
          func want(_ then: ConnectionFacts) { set(then, .want) }
          func answered(_ then: ConnectionFacts) { set(then, .answered) }
          func fire(_ rule: String, _ then: ConnectionFacts) { evaluate() }
          func evaluate() { _ = pool.step() }

          private func set(_ facts: ConnectionFacts, _ event: Connection.Event) {
            connection.wanted = facts.wanted
            if facts.link == "up" { connection.link = .up }
            connection.happened(event)
          }
        }

        """, to: "Tests/PhoneTests/Driver.swift")
      let folder = ".build/no profiles"
      try FileManager.default.createDirectory(
        at: package.folder.appending(path: folder), withIntermediateDirectories: true)
      let emitted = try await package.coverage(
        "--target=Phone", "--profile", folder, "--emit-tests", "Tests/PhoneTests/Unseen.swift")
      #expect(emitted.status == 0, "\(emitted.output)")
      let text = try package.read("Tests/PhoneTests/Unseen.swift")
      let count = text.components(separatedBy: "@Test(").count - 1
      #expect(count >= 1 && count <= 6)

      let manifest = try package.read("Package.swift")
      defer { try? package.write(manifest, to: "Package.swift") }
      try package.edit(
        "Package.swift", "    // The strictest settings;",
        with: """
              .testTarget(name: "PhoneTests", dependencies: ["Phone", runtime]),
              // The strictest settings;
          """)
      let run = try await package.test()
      #expect(run.status == 0, "\(run.output.suffix(3000))")
      #expect(run.output.contains("Test run with \(count) test"), "\(run.output.suffix(3000))")

      // A driver that does something else is found out.
      try package.edit("Tests/PhoneTests/Driver.swift", "= .up", with: "= .down")
      #expect(try await package.test().status != 0)
    }
  }
}
