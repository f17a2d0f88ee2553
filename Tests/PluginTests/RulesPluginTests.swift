import Foundation
import Testing

extension ConsumerTests {
  /// What an author of rules sees of the plugin, through real builds of a real package.
  @Suite("A package that uses the plugin")
  struct RulesPluginTests {
    typealias Engine = ConsumerPackage.Engine

    let rules = "Sources/Phone/Connection.rules"

    @Test("builds, and its program does what its rules say", arguments: Engine.allCases)
    func buildsAndRuns(engine: Engine) async throws {
      let package = try await ConsumerPackage(engine)
      defer { package.giveBack() }
      let build = try await ConsumerPackage.firstBuild(engine)
      #expect(build.status == 0, "\(build.output)")
      // The other engine warns of the linker's options.
      if engine == .native { #expect(!build.output.contains("warning:"), "\(build.output)") }
      // What is there may be another test's.
      _ = try await package.build()
      let run = try await package.run()
      #expect(
        run.output.contains(
          """
          idle: link down, dialled 0 times
          wanted: link dialing, dialled 1 times
          no answer: link dialing, dialled 2 times
          answered: link up, dialled 2 times
          not wanted: link down, dialled 2 times
          """), "\(run.output)")
    }

    @Test(
      "builds and runs with the strictest settings, and with those before Swift 6",
      arguments: Engine.allCases)
    func settings(engine: Engine) async throws {
      let package = try await ConsumerPackage(engine)
      defer { package.giveBack() }
      #expect(try await package.build().status == 0)
      let strict = try await package.run("Office")
      #expect(
        strict.output.contains(
          """
          no paper: 0 sheets, taken []
          open: 3 sheets, taken []
          closed: 1 sheets, taken [7, 8]
          """), "\(strict.output)")
      let old = try await package.run("Legacy")
      #expect(old.output.contains("shining: true, on battery: false"), "\(old.output)")
    }

    @Test("has an edited rules file compiled again", arguments: Engine.allCases)
    func seesAnEdit(engine: Engine) async throws {
      let package = try await ConsumerPackage(engine)
      defer { package.giveBack() }
      _ = try await package.build()
      try package.edit(rules, "a link that nobody wants", with: "hang up now")
      #expect(try await package.build().status == 0)
      #expect(try package.generated("Connection.rules").text.contains("hang up now"))
    }

    @Test("leaves the generated file untouched when nothing changed")
    func leavesOutputAlone() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      _ = try await package.build()
      let before = try package.generated("Connection.rules").modified
      try package.edit(rules, "Keeps one", with: "Keeps one")  // a new file with the old text
      #expect(try await package.build().status == 0)
      #expect(try package.generated("Connection.rules").modified == before)
    }

    @Test(
      "has an added, a renamed and a deleted rules file seen by the next build",
      arguments: Engine.allCases)
    func seesAddRenameDelete(engine: Engine) async throws {
      let package = try await ConsumerPackage(engine)
      defer { package.giveBack() }
      _ = try await package.build()
      let use = "Sources/Phone/Use.swift"
      try package.write("enum Mood { calm, tense }\n", to: "Sources/Phone/Mood.rules")
      try package.write("let mood = Mood.calm\n", to: use)
      let added = try await package.build()
      #expect(added.status == 0, "\(added.output)")

      // Were the old output still compiled, there would be two enums of one name.
      try package.remove("Sources/Phone/Mood.rules")
      try package.write("enum Mood { calm, tense }\n", to: "Sources/Phone/State.rules")
      let renamed = try await package.build()
      #expect(renamed.status == 0, "\(renamed.output)")

      try package.remove("Sources/Phone/State.rules")
      let deleted = try await package.build()
      #expect(deleted.status != 0)
      #expect(deleted.output.contains("cannot find 'Mood' in scope"), "\(deleted.output)")
    }

    @Test(
      "does not build with a state that nothing handles, and says which and where",
      arguments: Engine.allCases)
    func refusesAGap(engine: Engine) async throws {
      let package = try await ConsumerPackage(engine)
      defer { package.giveBack() }
      try package.edit(
        rules, "  wait Answer for answered when wanted, link == dialing\n", with: "")
      let build = try await package.build()
      #expect(build.status != 0)
      let place = package.folder.appending(path: rules).path + ":4:6: error: "
      #expect(build.output.contains(place), "\(build.output)")
      #expect(build.output.contains("1 of 6"), "\(build.output)")
      #expect(build.output.contains("wanted, link == dialing"), "\(build.output)")
    }

    @Test("does not build with a mistake in an action, which is reported in the rules file")
    func refusesAWrongAction() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      try package.edit(rules, "dial()", with: "dail()")
      let build = try await package.build()
      #expect(build.status != 0)
      #expect(
        build.output.contains("Connection.rules:10:10: error: cannot find 'dail' in scope"),
        "\(build.output)")
    }

    @Test("is told in a debug build that an action does something else than its rule says")
    func reportsAnUndeclaredChange() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      _ = try await package.build()
      #expect(!(try await package.run().output.contains(" declared ")))
      try package.edit("Sources/Phone/Connection.swift", "link = .dialing", with: "link = .up")
      let build = try await package.build()
      #expect(build.status == 0, "\(build.output)")
      let run = try await package.run()
      let place = "Connection.rules:8: error: "
      #expect(
        run.output.contains(
          place
            + "Dial \"wanted, and there is no link\" of the connection declared link = dialing; "
            + "it changed link == down to up\n"), "\(run.output)")
      // The evaluation went on.
      #expect(run.output.contains("not wanted: link down"), "\(run.output)")
    }

    @Test("writes what its rules have evaluated where RULES_PROFILE_DIR says")
    func writesAProfile() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      _ = try await package.build()
      let profiles = package.folder.appending(path: "profiles")
      try? FileManager.default.removeItem(at: profiles)
      let run = try await package.run(environment: ["RULES_PROFILE_DIR": profiles.path])
      #expect(run.status == 0, "\(run.output)")
      let names = try FileManager.default.contentsOfDirectory(atPath: profiles.path)
      #expect(names.count == 1, "\(names)")
      let text = try package.read("profiles/" + (names.first ?? ""))
      let hash = try #require(
        try package.generated("Connection.rules").text.firstMatch(
          of: /contentHash: 0x([0-9a-f_]+)/)?.1)
      #expect(text.hasPrefix("swift-rules profile 1\nprocess Phone "))
      #expect(text.contains("\ntask Connection \(hash.replacing("_", with: "")) "))
      // Down and wanted: Dial, after "wanted" and after "no answer".
      #expect(text.contains("\nstate 1 0 2\n"), "\(text)")
    }

    @Test("does not build when a Swift enum has a case that the rules do not know")
    func refusesAGrownEnum() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      try package.edit("Sources/Legacy/main.swift", "case mains", with: "case solar, mains")
      let build = try await package.build()
      #expect(build.status != 0)
      #expect(build.output.contains("Lamp.rules:6"), "\(build.output)")
      #expect(build.output.contains("switch must be exhaustive"), "\(build.output)")
    }

    @Test("does not build with two rules for one state, and names both with a witness")
    func refusesAnOverlap() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      try package.edit(
        rules, "  goal",
        with: "  rule Drop when link == dialing do link = .down then link = down\n  goal")
      let build = try await package.build()
      #expect(build.status != 0)
      for part in ["Drop", "HangUp", "Answer", "link == dialing"] {
        #expect(build.output.contains(part), "\(build.output)")
      }
    }

    @Test("does not build the rules of Figure 2 without wait W3: 2 of 124 states")
    func refusesTheFlagshipWithoutW3() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      let folder = ConsumerPackage.root.appending(path: "Tests/Fixtures/Figure2")
      let text = try String(
        contentsOf: folder.appending(path: "Segment.rules"), encoding: .utf8)
      let kept = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("wait W3") }
      try package.write(kept.joined(separator: "\n"), to: "Sources/Phone/Segment.rules")
      let build = try await package.build()
      #expect(build.status != 0)
      let line = try #require(kept.firstIndex { $0.contains("each replica") }) + 1
      #expect(build.output.contains("Segment.rules:\(line):8: error: "), "\(build.output)")
      #expect(build.output.contains("2 of 124"), "\(build.output)")
      #expect(build.output.contains("not following.opened"), "\(build.output)")
    }

    @Test(
      "does not build the rules of Figure 2 when F1 forgets the RPC: three steps to what that breaks"
    )
    func refusesAForgottenRPC() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      let folder = ConsumerPackage.root.appending(path: "Tests/Fixtures/Figure2")
      for name in ["Segment", "ServerFailure"] {
        let text = try String(
          contentsOf: folder.appending(path: "\(name).rules"), encoding: .utf8)
        try package.write(
          text.replacing("sent = 0, rpc = idle", with: "sent = 0"),
          to: "Sources/Phone/\(name).rules")
      }
      let build = try await package.build()
      #expect(build.status != 0)
      for part in [
        "ServerFailure.rules:11:10: error: what F1 does can break the `always`",
        "1. R1: server == chosen", "2. R2: header == sent, rpc == flying",
        "3. F1 of ServerFailure.replica: server == none, header == unsent",
        "`when rpc == idle` to F1, and it never breaks it",
      ] { #expect(build.output.contains(part), "\(build.output)") }
    }

    @Test("does not build with two rules that undo each other, and tells the way round")
    func refusesUndoingRules() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      try package.edit(
        rules, "  goal",
        with:
          "  rule Drop over Answer, HangUp when link == dialing do link = .down then link = down\n  goal"
      )
      let build = try await package.build()
      #expect(build.status != 0)
      for part in [
        "Dial and Drop undo each other without an end, and no rule ends it [busy-loop]",
        "again  Dial: link == dialing", "again  Drop: link == down",
      ] { #expect(build.output.contains(part), "\(build.output)") }
    }

    @Test("is told to link a rules folder that its target does not see")
    func refusesAnUnlinkedFolder() async throws {
      let package = try await ConsumerPackage()
      defer { package.giveBack() }
      try package.write("enum Mood { calm, tense }\n", to: "rules/Phone/Mood.rules")
      let unlinked = try await package.buildWithNewPlan()
      #expect(unlinked.status != 0)
      #expect(
        unlinked.output.contains("ln -s ../../rules/Phone Sources/Phone/Rules"),
        "\(unlinked.output)")

      try FileManager.default.createSymbolicLink(
        atPath: package.folder.appending(path: "Sources/Phone/Rules").path,
        withDestinationPath: "../../rules/Phone")
      try package.write("let mood = Mood.calm\n", to: "Sources/Phone/Use.swift")
      let linked = try await package.build()
      #expect(linked.status == 0, "\(linked.output)")
    }
  }
}
