// swift-tools-version: 6.2
// A package of somebody else that uses swift-rules: rules in each target's own folder, and a target
// for each kind of settings that generated code must get along with.
import PackageDescription

let runtime = Target.Dependency.product(name: "RulesRuntime", package: "swift-rules")
let plugin = Target.PluginUsage.plugin(name: "RulesPlugin", package: "swift-rules")

let package = Package(
  name: "consumer",
  dependencies: [.package(name: "swift-rules", path: "../../..")],
  targets: [
    .executableTarget(name: "Phone", dependencies: [runtime], plugins: [plugin]),
    // The strictest settings; rules in two files of one name.
    .executableTarget(
      name: "Office",
      dependencies: [runtime],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .defaultIsolation(MainActor.self),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
      ],
      plugins: [plugin]),
    // The language as it was before Swift 6.
    .executableTarget(
      name: "Legacy", dependencies: [runtime],
      swiftSettings: [.swiftLanguageMode(.v5), .treatAllWarnings(as: .error)], plugins: [plugin]),
  ],
  swiftLanguageModes: [.v6]
)
