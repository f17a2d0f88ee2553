import Foundation
import Testing

@Suite("rulesc completion")
struct CompletionTests {
  /// What bash offers for the words, the last of which is being typed.
  private func bash(_ words: String, files: [String: String] = [:]) throws -> [String] {
    let place = try Workplace(files)
    try place.write(try place.run("completion", "bash").output, to: "completion.bash")
    let script = """
      source completion.bash || exit 9
      complete -p rulesc > /dev/null || exit 8
      compopt() { :; }
      COMP_WORDS=(\(words))
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _rulesc
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = place.folder
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
  }

  private var hasBash: Bool { FileManager.default.isExecutableFile(atPath: "/bin/bash") }

  @Test("bash completes verbs")
  func verbs() throws {
    guard hasBash else { return }
    #expect(try bash("rulesc fo") == ["format"])
    #expect(try bash("rulesc co") == ["completion", "coverage"])
    #expect(try bash("rulesc --v") == ["--version"])
  }

  @Test("bash completes the options of a verb, and their values")
  func options() throws {
    guard hasBash else { return }
    #expect(
      try bash("rulesc generate --") == [
        "--check", "--help", "--mutants", "--output-directory", "--source-root",
      ])
    #expect(try bash("rulesc check --format j") == ["json"])
    #expect(
      try bash("rulesc generate --output-directory o", files: ["out/a": "", "o.rules": ""]) == [
        "out"
      ])
  }

  @Test("bash completes rules files with any name, codes and shells")
  func operands() throws {
    guard hasBash else { return }
    #expect(
      try bash("rulesc check a", files: ["a b.rules": "", "a.txt": "", "ab/c.rules": ""])
        == ["a b.rules", "ab"])
    #expect(try bash("rulesc explain ga") == ["gap"])
    #expect(try bash("rulesc completion z") == ["zsh"])
    #expect(try bash("rulesc lsp ''") == [])
    #expect(
      try bash("rulesc replay a", files: ["a.rules": "", "a.rulestrace": "", "a.txt": ""])
        == ["a.rules", "a.rulestrace"])
  }

  @Test(
    "every verb and option is in the script of every shell", arguments: ["bash", "zsh", "fish"])
  func complete(shell: String) throws {
    let place = try Workplace()
    let script = try place.run("completion", shell).output
    let help = try place.run("--help").output
    let verbs = help.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.contains("--") }
      .compactMap { $0.split(separator: " ").first }
    #expect(verbs.count >= 5)
    for verb in verbs {
      #expect(script.contains(verb))
      for option in try place.run(String(verb), "--help").output.matches(of: /\s\s--([a-z-]+)/) {
        #expect(script.contains(option.output.1), "\(verb) \(option.output.0)")
      }
    }
  }

  @Test("a shell that is not known is refused")
  func unknown() throws {
    let run = try Workplace().run("completion", "fsh")
    #expect(run.status == 2 && run.errors == "rulesc: unknown shell `fsh`; did you mean `fish`?\n")
    #expect(try Workplace().run("completion").status == 2)
  }
}
