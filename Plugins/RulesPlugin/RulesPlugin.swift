import Foundation
import PackagePlugin

/// Compiles the rules files of a target into Swift, in the module that owns the state they speak of.
///
/// A target's rules files are those inside its own folder. A package that keeps them apart, in
/// `rules/<Target>/`, links that folder into the target (`Sources/<Target>/Rules`): only below a
/// target's folder does SwiftPM notice that a file was added, renamed or deleted. A folder that is
/// not linked is an error here, since half of its changes would go unseen.
@main
struct RulesPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let root = context.package.directoryURL.resolvingSymlinksInPath()
    let inputs = module.sourceFiles(withSuffix: ".rules").map(\.url).sorted { $0.path < $1.path }
    let files = inputs.map { $0.resolvingSymlinksInPath() }
    try refuseUnlinked(root.appending(path: "rules/\(target.name)"), of: target, files: files)
    guard !files.isEmpty else { return [] }

    let output = context.pluginWorkDirectoryURL
    return [
      .buildCommand(
        displayName: "Compiling the rules of \(target.name)",
        executable: try context.tool(named: "rulesc").url,
        arguments: ["generate", "--source-root", root.path, "--output-directory", output.path]
          + (hasMutants ? ["--mutants"] : []) + files.map(\.path),
        inputFiles: inputs,
        outputFiles: generatedFileNames(for: files).map { output.appending(path: $0) })
    ]
  }

  /// `RULES_MUTANTS=1 swift build --scratch-path ...`: the code has the mutants of the rules too, for tests
  /// of tests. With a scratch path of its own, so that no other build gets them.
  private var hasMutants: Bool { ProcessInfo.processInfo.environment["RULES_MUTANTS"] == "1" }

  /// The names that `rulesc generate` gives its files: the base name and `.swift`; files of one base
  /// name also get the names of as many folders around them as tell them apart. A plugin cannot
  /// import `RulesOutput`, which has the same function.
  private func generatedFileNames(for files: [URL]) -> [String] {
    func name(_ file: URL, _ depth: Int) -> String {
      file.pathComponents.dropFirst().suffix(depth).joined(separator: "-") + ".swift"
    }
    return files.map { file in
      var depth = 1
      while depth < file.pathComponents.count,
        files.contains(where: { $0 != file && name($0, depth) == name(file, depth) })
      { depth += 1 }
      return name(file, depth)
    }
  }

  private func refuseUnlinked(_ folder: URL, of target: any Target, files: [URL]) throws {
    let found =
      (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil))
      ?? []
    let missed = found.filter { $0.pathExtension == "rules" && !files.contains($0) }
    guard let first = missed.map(\.lastPathComponent).min() else { return }
    throw UnlinkedFolder(target: target.name, example: first)
  }
}

struct UnlinkedFolder: Error, CustomStringConvertible {
  var target: String
  var example: String

  var description: String {
    """
    rules/\(target)/\(example) is not seen by target \(target): link the folder into the target with \
    `ln -s ../../rules/\(target) Sources/\(target)/Rules`
    """
  }
}
