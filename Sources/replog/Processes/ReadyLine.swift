import RulesNetwork

/// What a server process prints once it can be used: `backup 3.1 listens on 127.0.0.1:41234`,
/// `coordinator listens on 127.0.0.1:4100`.
struct ReadyLine: Equatable, CustomStringConvertible {
  /// nil: the coordinator, which has no number.
  var server: ServerID?
  var address: NetworkAddress

  init(server: ServerID?, address: NetworkAddress) {
    self.server = server
    self.address = address
  }

  var description: String {
    "\(server.map { "backup \($0)" } ?? "coordinator") listens on \(address)"
  }

  /// Reads such a line; nil when it is none.
  init?(_ line: String) {
    var words = line.split(separator: " ").map(String.init)
    guard words.count >= 4, let address = NetworkAddress(words.removeLast()) else { return nil }
    self.address = address
    switch words {
    case ["coordinator", "listens", "on"]: server = nil
    case ["backup", words[1], "listens", "on"]:
      let parts = words[1].split(separator: ".").map { UInt32($0) }
      guard parts.count == 2, let slot = parts[0], let generation = parts[1] else { return nil }
      server = ServerID(slot: slot, generation: generation)
    default: return nil
    }
  }
}
