import Foundation
import PackagePlugin

/// `swift package rules-coverage`: one report about the rules of every target that has some.
///
/// Everything but `--target` is for `rulesc coverage`, which says what is wrong with it.
@main
struct RulesCoverage: CommandPlugin {
  private static let usage = """
    usage: swift package rules-coverage [--target TARGET]... [OPTION]...

      --target TARGET    Only the rules of this target; may be repeated (default: of every target).
      --format FORMAT    text, json, markdown, lcov or html (default: text).
      --output FILE      Where the report goes (default: standard output; html: a file of the build).
      --profile DIR      A folder with profiles of tests; may be repeated.
      --production DIR   A folder with profiles of production; may be repeated.
      --fail-on DEMAND   unhandled, unreached or unseen; may be repeated.
      --except LIST      A file of states that tests need not see, with reasons.
      --emit-tests SWIFT Write Swift tests that reach the states that tests never saw.

    Paths start from the package's folder. What the options mean: rulesc coverage --help.
    """

  func performCommand(context: PluginContext, arguments: [String]) throws {
    var extractor = ArgumentExtractor(arguments)
    let names = extractor.extractOption(named: "target")
    if extractor.extractFlag(named: "help") > 0 {
      print(Self.usage)
      return
    }
    let folder = context.package.directoryURL.resolvingSymlinksInPath()
    let targets =
      names.isEmpty ? context.package.targets : try context.package.targets(named: names)
    let ruleSets = targets.flatMap { target -> [String] in
      let files = (target.sourceModule?.sourceFiles(withSuffix: ".rules")).map(Array.init) ?? []
      let paths = files.map { path(of: $0.url, below: folder) }.sorted()
      return paths.isEmpty ? [] : ["\(target.name):"] + paths
    }
    guard !ruleSets.isEmpty else {
      print("no target has rules")
      return
    }
    var options = extractor.remainingArguments
    let page = context.pluginWorkDirectoryURL.appending(path: "coverage.html")
    let needsPage = wantsPage(options) && !options.contains { $0.hasPrefix("--output") }
    if needsPage { options += ["--output", page.path] }
    try run(
      try context.tool(named: "rulesc").url, ["coverage"] + options + ["--"] + ruleSets, in: folder)
    if needsPage, FileManager.default.fileExists(atPath: page.path) { print(page.path) }
  }

  private func wantsPage(_ options: [String]) -> Bool {
    options.contains("--format=html")
      || zip(options, options.dropFirst()).contains { $0 == ("--format", "html") }
  }

  /// As its reader names a file: from the package's folder on.
  private func path(of file: URL, below folder: URL) -> String {
    let path = file.resolvingSymlinksInPath().path
    let prefix = folder.path + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  private func run(_ tool: URL, _ arguments: [String], in folder: URL) throws {
    let process = Process()
    process.executableURL = tool
    process.currentDirectoryURL = folder
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      Diagnostics.error("rulesc coverage ended with status \(process.terminationStatus)")
    }
  }
}
