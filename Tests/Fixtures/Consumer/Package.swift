// swift-tools-version: 6.2
// A package of somebody else that uses swift-rules: rules in the target's own folder.
import PackageDescription

let package = Package(
  name: "consumer",
  dependencies: [.package(name: "swift-rules", path: "../../..")],
  targets: [
    .executableTarget(
      name: "Phone",
      dependencies: [.product(name: "RulesRuntime", package: "swift-rules")],
      plugins: [.plugin(name: "RulesPlugin", package: "swift-rules")])
  ],
  swiftLanguageModes: [.v6]
)
