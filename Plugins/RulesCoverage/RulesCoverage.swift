import Foundation
import PackagePlugin

/// `swift package rules-coverage`: the exact counts of states for every target that has rules.
@main
struct RulesCoverage: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    var extractor = ArgumentExtractor(arguments)
    let names = extractor.extractOption(named: "target")
    if extractor.extractFlag(named: "help") > 0 {
      print("usage: swift package rules-coverage [--target TARGET]...")
      return
    }
    if let unknown = extractor.remainingArguments.first {
      Diagnostics.error("unknown argument '\(unknown)'; see swift package rules-coverage --help")
      return
    }
    let targets =
      names.isEmpty
      ? context.package.targets : try context.package.targets(named: names)
    for target in targets {
      let files = (target.sourceModule?.sourceFiles(withSuffix: ".rules")).map(Array.init) ?? []
      guard !files.isEmpty else { continue }
      try report(
        files.map { $0.url.resolvingSymlinksInPath().path }.sorted(),
        below: context.package.directoryURL.resolvingSymlinksInPath(),
        tool: context.tool(named: "rulesc").url)
    }
  }

  /// Runs the tool in the package's folder, so that it names files as its reader does.
  private func report(_ files: [String], below folder: URL, tool: URL) throws {
    let prefix = folder.path + "/"
    let process = Process()
    process.executableURL = tool
    process.currentDirectoryURL = folder
    process.arguments =
      ["coverage"] + files.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      Diagnostics.error("rulesc coverage ended with status \(process.terminationStatus)")
    }
  }
}
