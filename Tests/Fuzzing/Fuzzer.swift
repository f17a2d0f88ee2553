import Foundation

#if FUZZING

  /// What libFuzzer calls. `RULES_FUZZ` names the target.
  @c(LLVMFuzzerTestOneInput)
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosenTarget.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  }

  private let chosenTarget: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["RULES_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      fatalError("RULES_FUZZ is none of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
  }()

#else

  /// Without libFuzzer: runs a target once over each file, to look at what the fuzzer found.
  @main
  struct Fuzzer {
    static func main() throws {
      let arguments = CommandLine.arguments
      guard arguments.count > 2, let target = FuzzTarget(rawValue: arguments[1]) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
        FileHandle.standardError.write(Data("usage: \(arguments[0]) \(names) FILE...\n".utf8))
        exit(64)
      }
      for path in arguments.dropFirst(2) {
        let bytes = try Data(contentsOf: URL(filePath: path))
        bytes.withUnsafeBytes { target.run($0) }
        print("\(path): fine")
      }
    }
  }

#endif  // FUZZING
