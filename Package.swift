// swift-tools-version: 6.2
import PackageDescription

/// `RULES_PART=network`: only the runtime, the network and their tests, for what has to build them once
/// more: sanitizers, TLS.
let isNetworkOnly = Context.environment["RULES_PART"] == "network"

/// `RULES_MUTANTS=1`: the generated code has the mutants of the rules too, see `RulesPlugin`. The compiler,
/// which then runs once, is not worth optimizing.
let hasMutants = Context.environment["RULES_MUTANTS"] == "1"

/// `RULES_QUICK_TOOLS=1`: neither is it here, but for those modules of it that the benchmarks measure.
let hasQuickTools = hasMutants || Context.environment["RULES_QUICK_TOOLS"] == "1"

/// Settings of every Swift target: the language mode is 6 for the whole package (below).
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let unoptimized: [SwiftSetting] = [.unsafeFlags(["-Onone"])]

/// Settings of what runs at build time, and is measured; and of what only runs then.
let measured = strict + (hasMutants ? unoptimized : [])
let buildTime = strict + (hasQuickTools ? unoptimized : [])

let package = Package(
  name: "swift-rules",
  products: [
    .executable(name: "rulesc", targets: ["rulesc"]),
    .executable(name: "replog", targets: ["replog"]),
    .library(name: "RulesRuntime", targets: ["RulesRuntime"]),
    .library(name: "RulesNetwork", targets: ["RulesNetwork"]),
    .library(name: "ReplicatedLog", targets: ["ReplicatedLog"]),
    .plugin(name: "RulesPlugin", targets: ["RulesPlugin"]),
    .plugin(name: "RulesCoverage", targets: ["RulesCoverage"]),
  ],
  traits: [
    .trait(
      name: "TLS",
      description: "TLS 1.3 with certificates of both ends, through the system's OpenSSL."),
    .trait(
      name: "PlantedBugs",
      description:
        "Mistakes that can be put into the log, for the simulator to find. Only for tests."),
  ],
  targets: [
    // Build time: text -> model -> analysis -> Swift and reports.
    .target(name: "RulesLanguage", swiftSettings: measured),
    .target(name: "RulesAnalysis", dependencies: ["RulesLanguage"], swiftSettings: measured),
    .target(
      name: "RulesOutput", dependencies: ["RulesLanguage", "RulesAnalysis"],
      swiftSettings: buildTime),
    .target(
      name: "RulesEditor", dependencies: ["RulesLanguage", "RulesAnalysis", "RulesOutput"],
      swiftSettings: buildTime),
    .executableTarget(
      name: "rulesc",
      dependencies: ["RulesLanguage", "RulesAnalysis", "RulesOutput", "RulesEditor"],
      swiftSettings: buildTime),
    .plugin(name: "RulesPlugin", capability: .buildTool(), dependencies: ["rulesc"]),
    .plugin(
      name: "RulesCoverage",
      capability: .command(
        intent: .custom(
          verb: "rules-coverage",
          description: "Count the states that each rule set handles, and those it does not.")),
      dependencies: ["rulesc"]),

    // Run time: tasks and pools, network, the replicated log and its servers.
    .target(name: "CLinux"),
    // The switches of planted bugs: constants, unless the trait is on.
    .target(name: "PlantedBugs", swiftSettings: strict),
    .target(name: "RulesRuntime", swiftSettings: strict),
    // Only part of a build with the trait TLS.
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "RulesNetwork",
      dependencies: [
        "RulesRuntime", "CLinux", "PlantedBugs",
        .target(name: "COpenSSL", condition: .when(traits: ["TLS"])),
      ],
      swiftSettings: strict),
    .target(
      name: "ReplicatedLog", dependencies: ["RulesRuntime", "RulesNetwork", "PlantedBugs"],
      swiftSettings: strict, plugins: ["RulesPlugin"]),
    .target(
      name: "LogServices",
      dependencies: ["ReplicatedLog", "RulesRuntime", "RulesNetwork", "CLinux", "PlantedBugs"],
      swiftSettings: strict, plugins: ["RulesPlugin"]),
    .executableTarget(
      name: "replog",
      dependencies: [
        "LogServices", "LogSimulation", "ReplicatedLog", "RulesRuntime", "RulesNetwork",
        "PlantedBugs",
      ],
      swiftSettings: strict),
    .target(
      name: "RulesSimulation", dependencies: ["RulesRuntime", "RulesNetwork"],
      swiftSettings: strict),
    // The whole log in a simulated world: processes, disks, faults, and what must hold.
    .target(
      name: "LogSimulation",
      dependencies: [
        "RulesSimulation", "LogServices", "ReplicatedLog", "RulesNetwork", "RulesRuntime",
        "PlantedBugs",
      ],
      swiftSettings: strict),
    // A program that keeps its state in a log, to be read: run by the README.
    .executableTarget(
      name: "log-example", dependencies: ["ReplicatedLog", "RulesNetwork"],
      path: "Sources/LogExample", swiftSettings: strict),
    // Counts the allocations of a process that links it: the benchmarks.
    .target(name: "AllocationCount"),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["RulesRuntime", "AllocationCount", "RulesLanguage", "RulesAnalysis"],
      exclude: ["Log", "LogServer", "Network"], swiftSettings: strict, plugins: ["RulesPlugin"]),
    // What the machine allows, in C.
    .target(name: "NetworkFloor"),
    .executableTarget(
      name: "network-benchmarks",
      dependencies: ["RulesNetwork", "RulesRuntime", "AllocationCount", "NetworkFloor"],
      path: "Sources/Benchmarks/Network", swiftSettings: strict),
    .executableTarget(
      name: "log-benchmarks", dependencies: ["NetworkFloor"], path: "Sources/Benchmarks/Log",
      swiftSettings: strict),
    // The log behind a protocol of plain records, for harnesses that measure servers.
    .executableTarget(
      name: "log-server", dependencies: ["ReplicatedLog", "RulesNetwork", "RulesRuntime"],
      path: "Sources/Benchmarks/LogServer", swiftSettings: strict),

    // Tests.
    // What tests of several targets need.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    // Run by `.ci/fuzz`, which builds it again with libFuzzer.
    .executableTarget(
      name: "rules-fuzz", dependencies: ["RulesLanguage", "RulesAnalysis", "RulesOutput"],
      path: "Tests/Fuzzing", exclude: ["Corpus", "rules.dict"], swiftSettings: strict),
    // The same for what comes over the network; it has the log's messages by a link.
    .executableTarget(
      name: "network-fuzz", dependencies: ["RulesNetwork", "RulesRuntime"],
      path: "Tests/NetworkFuzzing", swiftSettings: strict),
    .testTarget(name: "RulesLanguageTests", dependencies: ["RulesLanguage"]),
    .testTarget(
      name: "RulesAnalysisTests", dependencies: ["RulesLanguage", "RulesAnalysis"]),
    .testTarget(
      name: "RulesOutputTests",
      dependencies: ["RulesLanguage", "RulesAnalysis", "RulesOutput"],
      exclude: ["Golden"]),
    .testTarget(
      name: "RulesEditorTests",
      dependencies: ["RulesLanguage", "RulesAnalysis", "RulesOutput", "RulesEditor"]),
    .testTarget(name: "RulescTests", dependencies: ["rulesc"]),
    // A process of its own for the tests of profiles.
    .executableTarget(
      name: "profile-child", dependencies: ["RulesRuntime"], path: "Tests/ProfileChild",
      swiftSettings: strict),
    .testTarget(
      name: "RulesRuntimeTests",
      dependencies: ["RulesRuntime", "RulesSimulation", "profile-child", "TestSupport"]),
    .testTarget(
      name: "RulesNetworkTests",
      dependencies: ["RulesNetwork", "RulesRuntime", "RulesSimulation", "CLinux"]),
    .testTarget(
      name: "ReplicatedLogTests",
      dependencies: ["ReplicatedLog", "RulesNetwork", "RulesRuntime", "RulesSimulation"]),
    .testTarget(
      name: "LogServicesTests",
      dependencies: [
        "LogServices", "ReplicatedLog", "RulesNetwork", "RulesRuntime", "RulesSimulation",
        "TestSupport",
      ]),
    .testTarget(
      name: "LogSimulationTests",
      dependencies: [
        "LogSimulation", "RulesSimulation", "LogServices", "ReplicatedLog", "RulesNetwork",
        "RulesRuntime", "PlantedBugs",
      ]),
    .testTarget(
      name: "ReplogTests", dependencies: ["replog", "LogSimulation", "PlantedBugs", "TestSupport"]),
    .testTarget(name: "PluginTests", dependencies: ["rulesc"]),
  ],
  swiftLanguageModes: [.v6]
)

if isNetworkOnly {
  let kept = [
    "CLinux", "COpenSSL", "PlantedBugs", "RulesRuntime", "RulesNetwork", "RulesSimulation",
    "profile-child", "TestSupport",
    "RulesRuntimeTests", "RulesNetworkTests", "AllocationCount", "NetworkFloor",
    "network-benchmarks", "network-fuzz",
  ]
  package.targets.removeAll { !kept.contains($0.name) }
  package.products.removeAll { !kept.contains($0.name) }
}
