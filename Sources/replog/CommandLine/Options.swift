import RulesNetwork

/// The flags of one command line: `--input FILE --backups=5` is
/// `["--input": "FILE", "--backups": "5"]`.
struct Options: Sendable, Equatable {
  private(set) var values: [String: String] = [:]
  private var verb = ""

  /// `--help` or `-h` was among the arguments: everything else is ignored.
  private(set) var wantsHelp = false

  /// Reads a verb's arguments by its table of flags.
  /// - Throws: `CommandFailure` (usage), one line that names the argument and the nearest flag.
  init(_ arguments: some Sequence<String>, for verb: Verb) throws(CommandFailure) {
    self.verb = verb.name
    if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) {
      wantsHelp = true
      return
    }
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard argument.hasPrefix("-") else {
        throw problem("unexpected argument '\(argument)'")
      }
      guard let flag = verb.flags.first(where: { $0.name == name }) else {
        throw problem(
          "unknown flag \(name)" + suggestion(name, verb.flags.map(\.name)))
      }
      if values[name] != nil { throw problem("\(name) is given twice") }
      switch (flag.value, parts.count > 1 ? String(parts[1]) : nil) {
      case (nil, nil): values[name] = ""
      case (nil, .some): throw problem("\(name) takes no value")
      case (let wanted?, let given):
        guard let value = given ?? rest.next(), !value.isEmpty else {
          throw problem("\(name) needs a value: \(name) \(wanted)")
        }
        values[name] = value
      }
    }
    for flag in verb.flags where flag.required && values[flag.name] == nil {
      throw problem("\(flag.name) \(flag.value ?? "") is needed")
    }
  }

  func has(_ flag: String) -> Bool { values[flag] != nil }

  func string(_ flag: String) -> String? { values[flag] }

  /// The whole number a flag gives, or `missing`.
  func integer(
    _ flag: String, in range: ClosedRange<Int>, default missing: Int
  ) throws(CommandFailure) -> Int {
    guard let text = values[flag] else { return missing }
    guard let value = Int(text), range.contains(value) else {
      throw problem(
        "\(flag) \(text): not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// The `HOST:PORT` a flag gives, or `missing`.
  func address(
    _ flag: String, default missing: NetworkAddress? = nil
  ) throws(CommandFailure) -> NetworkAddress {
    guard let text = values[flag] else {
      guard let missing else { throw problem("\(flag) HOST:PORT is needed") }
      return missing
    }
    guard let address = NetworkAddress(text) else {
      throw problem("\(flag) \(text): not HOST:PORT, such as 127.0.0.1:4100")
    }
    return address
  }

  /// The list of one or more `HOST:PORT` that a flag gives, with commas between them.
  func addresses(_ flag: String) throws(CommandFailure) -> [NetworkAddress] {
    guard let text = values[flag] else { throw problem("\(flag) HOST:PORT is needed") }
    guard let addresses = NetworkAddress.list(text) else {
      throw problem("\(flag) \(text): not HOST:PORT[,HOST:PORT...], such as 127.0.0.1:4100")
    }
    return addresses
  }

  /// As `address`, for a place to listen at: only this machine's own addresses are accepted, since
  /// nothing authenticates a caller.
  func listenAddress(_ flag: String, default missing: String) throws(CommandFailure)
    -> NetworkAddress
  {
    let address = try address(flag, default: NetworkAddress(missing))
    guard address.isLoopback else {
      throw problem(
        "\(flag) \(address): only loopback addresses (127.0.0.1, localhost), "
          + "as callers are not authenticated")
    }
    return address
  }

  private func problem(_ message: String) -> CommandFailure {
    CommandFailure("\(message) (see replog \(verb) --help)")
  }
}

/// `; did you mean --input?`, or nothing.
func suggestion(_ word: String, _ candidates: [String]) -> String {
  nearestMatch(to: word, among: candidates).map { "; did you mean \($0)?" } ?? ""
}

extension NetworkAddress {
  /// Reads `HOST:PORT[,HOST:PORT...]`; nil when it is none.
  static func list(_ text: some StringProtocol) -> [NetworkAddress]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let addresses = parts.compactMap { NetworkAddress(String($0)) }
    return addresses.count == parts.count ? addresses : nil
  }

  /// Whether only processes of this machine can reach it: 127.0.0.0/8 in four decimal parts, or
  /// `localhost`.
  var isLoopback: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host == "localhost"
      || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
  }
}
