import Glibc
import RulesRuntime

/// What `rulesc` takes, its start included: Figure 2, 40 facts and 48 rules, 1,000 rules.
/// - Parameter rulesc: the path of the program.
/// - Returns: whether every run succeeded.
func measureCompiler(_ rulesc: String) -> Bool {
  guard let folder = TemporaryFolder(), let few = folder.write(windows(of: 48), to: "Few.rules"),
    let many = folder.write(modes(32), to: "Many.rules")
  else { return false }
  let segment = "Tests/Fixtures/Figure2/"
  let runs: [(name: String, arguments: [String])] = [
    ("rulesc --version", ["--version"]),
    (
      "check and generate Figure 2",
      ["generate", "--output-directory", folder.path + "/a"]
        + ["LogReplication", "Segment", "ServerFailure"].map { segment + $0 + ".rules" }
    ),
    ("check 40 facts x 48 rules", ["check", few]),
    ("generate 40 facts x 48 rules", ["generate", "--output-directory", folder.path + "/b", few]),
    (
      "generate 100 facts x 1,024 rules",
      ["generate", "--output-directory", folder.path + "/c", many]
    ),
  ]
  for (name, arguments) in runs {
    var best = Double.infinity
    for _ in 0..<5 {
      let start = SystemClock().now
      guard run([rulesc] + arguments)?.status == 0 else {
        report(name, "failed")
        return false
      }
      best = min(best, Double((SystemClock().now - start).saturatedNanoseconds) / 1e6)
    }
    report(name, best, " ms")
  }
  return true
}

/// Rules on windows of neighbouring facts, each over the one before it: 40 yes-or-no facts.
private func windows(of rules: Int) -> String {
  var random = SplitMix64(seed: 1)
  func number(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
  var text = "task Few {\n  fact \((0..<40).map { "f\($0)" }.joined(separator: ", ")) : Bool\n"
  for rule in 0..<rules {
    let first = number(34)
    let literals = [0, 1, 2].map { place in
      (number(2) == 0 ? "not " : "") + "f\(first + 2 * place + number(2))"
    }
    let over = rule == 0 ? "" : "over R\(rule - 1) "
    text += "  rule R\(rule) \(over)when \(literals.joined(separator: ", ")) do act(\(rule))\n"
  }
  return text + "}\npool P { task Few policy gap allow }\n"
}

/// In each of so many modes, five facts tell 32 rules apart: 100 facts in all.
private func modes(_ count: Int) -> String {
  var text = "enum Mode { \((0..<count).map { "m\($0)" }.joined(separator: ", ")) }\n"
  text += "task Many {\n  fact mode : Mode\n"
  text += "  fact \((0..<99).map { "f\($0)" }.joined(separator: ", ")) : Bool\n"
  for mode in 0..<count {
    text += "  when mode == m\(mode) {\n"
    for rule in 0..<32 {
      let literals = (0..<5).map { bit in
        (rule >> bit & 1 == 0 ? "not " : "") + "f\(mode * 3 + bit)"
      }
      text += "    rule R\(mode * 32 + rule) when \(literals.joined(separator: ", ")) "
      text += "do act() then mode = m\((mode + 1) % count)\n"
    }
    text += "  }\n"
  }
  return text + "}\n"
}
