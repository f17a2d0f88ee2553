// swift-tools-version: 6.2
// The adapters of the article on observability, built and run. The libraries they adapt are not
// dependencies: each has a stand-in here, a module of its name that declares what the adapters use
// and writes down what it is told.
import PackageDescription

let package = Package(
  name: "observability",
  dependencies: [.package(name: "swift-rules", path: "../../..")],
  targets: [
    .target(name: "Logging", path: "StandIns/Logging"),
    .target(name: "CoreMetrics", path: "StandIns/CoreMetrics"),
    .target(name: "Metrics", dependencies: ["CoreMetrics"], path: "StandIns/Metrics"),
    .target(name: "Tracing", path: "StandIns/Tracing"),
    .target(name: "ServiceLifecycle", path: "StandIns/ServiceLifecycle"),
    .target(
      name: "Adapters",
      dependencies: [
        "Logging", "Metrics", "Tracing", "ServiceLifecycle",
        .product(name: "RulesRuntime", package: "swift-rules"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "Demo", dependencies: ["Adapters"],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ],
  swiftLanguageModes: [.v6]
)
