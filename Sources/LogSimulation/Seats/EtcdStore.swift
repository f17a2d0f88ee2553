import FoundationEssentials
import RulesRuntime

/// What a simulated etcd keeps: leases, and keys that may be bound to one.
struct EtcdStore {
  private struct Lease {
    var time: Duration
    var ends: PoolInstant
  }

  private struct Entry {
    var value: Data
    var lease: String
    var created: Int
    var changed: Int
  }

  private var leases: [String: Lease] = [:]
  private var entries: [Data: Entry] = [:]
  private var revision = 1
  private var lastLease = 0

  /// Answers a request.
  /// - Returns: JSON; nil: an error.
  mutating func answer(_ request: HTTPRequest, at now: PoolInstant) -> String? {
    expire(at: now)
    let body = Data(request.body)
    func read<Value: Decodable>(_ type: Value.Type) -> Value? {
      try? JSONDecoder().decode(type, from: body)
    }
    switch request.path {
    case "/v3/lease/grant": return read(LeaseGrant.self).map { grant($0, now) }
    case "/v3/lease/keepalive": return read(LeaseName.self).map { keepAlive($0, now) }
    case "/v3/lease/revoke":
      guard let lease = read(LeaseName.self) else { return nil }
      end(lease.id)
      return "{}"
    case "/v3/kv/txn": return read(Transaction.self).flatMap { run($0) }
    default: return nil
    }
  }

  /// Ends all leases before their time.
  mutating func endLeases() {
    for id in leases.keys.sorted() { end(id) }
  }

  private mutating func expire(at now: PoolInstant) {
    for id in leases.filter({ $0.value.ends <= now }).keys.sorted() { end(id) }
  }

  private mutating func end(_ lease: String) {
    leases[lease] = nil
    let bound = entries.filter { $0.value.lease == lease }
    if !bound.isEmpty { revision += 1 }
    for key in bound.keys { entries[key] = nil }
  }

  private mutating func grant(_ grant: LeaseGrant, _ now: PoolInstant) -> String {
    lastLease += 1
    let time = Duration.seconds(grant.seconds)
    leases["\(lastLease)"] = Lease(time: time, ends: now + time)
    return #"{"ID":"\#(lastLease)","TTL":"\#(grant.seconds)"}"#
  }

  private mutating func keepAlive(_ lease: LeaseName, _ now: PoolInstant) -> String {
    guard let time = leases[lease.id]?.time else { return #"{"result":{"ID":"\#(lease.id)"}}"# }
    leases[lease.id]?.ends = now + time
    return #"{"result":{"ID":"\#(lease.id)","TTL":"\#(time.components.seconds)"}}"#
  }

  private mutating func run(_ transaction: Transaction) -> String? {
    let holds = transaction.compare.allSatisfy { comparison in
      let entry = entries[comparison.key]
      if let created = comparison.created { return Int(created) == entry?.created ?? 0 }
      if let changed = comparison.changed { return Int(changed) == entry?.changed ?? 0 }
      return comparison.lease == entry?.lease ?? "0"
    }
    let operations = holds ? transaction.success : transaction.failure
    // One that puts a key under a lease that ended does nothing at all.
    guard operations.allSatisfy({ $0.put?.lease.map { leases[$0] != nil } ?? true }) else {
      return nil
    }
    if operations.contains(where: { $0.put != nil }) { revision += 1 }
    let responses = operations.map { respond(to: $0) }.joined(separator: ",")
    return #"{"header":{"revision":"\#(revision)"},"succeeded":\#(holds),"#
      + #""responses":[\#(responses)]}"#
  }

  private mutating func respond(to operation: Transaction.Operation) -> String {
    if let put = operation.put {
      let created = entries[put.key]?.created ?? revision
      entries[put.key] = Entry(
        value: put.value, lease: put.lease ?? "0", created: created, changed: revision)
      return #"{"response_put":{}}"#
    }
    guard let key = operation.range?.key, let entry = entries[key] else {
      return #"{"response_range":{}}"#
    }
    return #"{"response_range":{"kvs":[{"value":"\#(entry.value.base64EncodedString())","#
      + #""lease":"\#(entry.lease)","mod_revision":"\#(entry.changed)"}]}}"#
  }
}
