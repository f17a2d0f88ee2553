// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the language mode is 6 for the whole package (below).
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "swift-rules",
  products: [
    .library(name: "RulesRuntime", targets: ["RulesRuntime"]),
  ],
  targets: [
    // Build time: text -> model -> analysis -> Swift and reports.
    .target(name: "RulesLanguage", swiftSettings: strict),
    .target(name: "RulesAnalysis", dependencies: ["RulesLanguage"], swiftSettings: strict),
    .target(name: "RulesRuntime", swiftSettings: strict),
    // Tests.
    .testTarget(name: "RulesLanguageTests", dependencies: ["RulesLanguage"]),
    .testTarget(
      name: "RulesAnalysisTests", dependencies: ["RulesLanguage", "RulesAnalysis"])
  ],
  swiftLanguageModes: [.v6]
)
