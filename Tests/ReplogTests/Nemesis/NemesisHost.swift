/// A process of the cluster with an address of its own, or with several of them.
enum NemesisHost: Hashable {
  case backup(Int)
  case coordinator(Int)
  case owner
  /// And all others that have no address of their own.
  case etcd

  var address: String { "127.0.0.\(number)" }

  /// Who it runs as. Also the number of its routes.
  var user: Int { 60_000 + number }

  private var number: Int {
    switch self {
    case .backup(let index): 10 + index
    case .coordinator(let index): 20 + index
    case .owner: 30
    case .etcd: 1
    }
  }
}
