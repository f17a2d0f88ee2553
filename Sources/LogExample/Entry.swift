/// What a record of the example's log says.
enum Entry {
  /// So much was added to an account, or taken from it.
  case change(account: String, amount: Int)
  /// What all accounts had at this point: nothing before it is needed any more.
  case snapshot([String: Int])

  /// `+ anna -20` or `= anna 100 bert 7`
  var bytes: [UInt8] {
    switch self {
    case .change(let account, let amount): Array("+ \(account) \(amount)".utf8)
    case .snapshot(let balances):
      Array(
        (["="] + balances.sorted { $0.key < $1.key }.flatMap { [$0.key, String($0.value)] })
          .joined(separator: " ").utf8)
    }
  }

  /// - Returns: nil when a record says something else.
  init?(_ bytes: [UInt8]) {
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    let values = stride(from: 1, to: words.count - 1, by: 2).compactMap { index in
      Int(words[index + 1]).map { (words[index], $0) }
    }
    switch words.first {
    case "+" where values.count == 1: self = .change(account: values[0].0, amount: values[0].1)
    case "=": self = .snapshot(Dictionary(values) { $1 })
    default: return nil
    }
  }
}

/// The state that the log is about.
struct Accounts {
  private(set) var balances: [String: Int] = [:]

  mutating func apply(_ entry: Entry) {
    switch entry {
    case .change(let account, let amount): balances[account, default: 0] += amount
    case .snapshot(let all): balances = all
    }
  }

  var total: Int { balances.values.reduce(0, +) }
}
