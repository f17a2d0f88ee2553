/// What put a task on the active list, so that one of its rules could fire: a link of a causality
/// chain.
public struct Cause: Hashable, Sendable {
  /// What happened.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// Nothing the pool knows of: a task activated while no cause was named.
    case unknown = 1
    /// A rule fired: of the same subject, which goes on, or of another one, which woke it.
    case firing
    /// The task came into the pool.
    case admission
    /// A closure of `PoolCore.schedule` ran.
    case timer
    /// The rest of a rule that had fired in vain was over.
    case retry
    /// Something a firing had begun, a request, came to its end.
    case reply
    /// The environment did something, as an `event` of the rules says it.
    case event
    /// The pool's poller brought news: bytes, connections.
    case news
    /// A closure of `Pool.post` or `Pool.read`, or a job of a Swift task, ran.
    case post
    /// The pool found that a rule would fire and that nobody had activated the task.
    case audit
  }

  /// What happened.
  public var kind: Kind
  /// The number of the firing it goes back to: of `firing` that one; of a timer or a reply the one
  /// whose action armed the timer or sent the request. nil: it came from outside.
  public var origin: UInt64?
  /// A name for it, a number that `PoolCore.causeName` knows; zero: none.
  public var name: UInt8

  /// A cause; of more than 2^52 - 2 firings the origin is not kept.
  public init(_ kind: Kind, origin: UInt64? = nil, name: UInt8 = 0) {
    self.kind = kind
    self.origin = origin
    self.name = name
  }
}

/// A cause in one word, as records and tasks keep it: the kind in the highest four bits, then eight of
/// the name, then one more than the origin; zero is no cause at all.
struct PackedCause: Hashable {
  var bits: UInt64

  static let none = PackedCause(bits: 0)
  static let unknown = PackedCause(.unknown)
  /// Above the number of every kind.
  static let kindLimit = Cause.Kind.allCases.count + 1
  private static let originMask: UInt64 = 1 << 52 - 1

  init(bits: UInt64) { self.bits = bits }

  @inline(__always)
  init(_ kind: Cause.Kind, originBits: UInt64 = 0, name: UInt8 = 0) {
    bits = UInt64(kind.rawValue) << 60 | UInt64(name) << 52 | originBits & Self.originMask
  }

  /// That firing number `sequence` did it.
  @inline(__always)
  static func firing(_ sequence: UInt64) -> PackedCause {
    PackedCause(.firing, originBits: sequence &+ 1)
  }

  /// One more than the number of the origin; zero: none.
  var originBits: UInt64 { bits & Self.originMask }

  var isNone: Bool { bits == 0 }

  /// The same origin under another kind.
  func becoming(_ kind: Cause.Kind, name: UInt8 = 0) -> PackedCause {
    PackedCause(kind, originBits: originBits, name: name)
  }

  var cause: Cause {
    Cause(
      Cause.Kind(rawValue: UInt8(truncatingIfNeeded: bits >> 60)) ?? .unknown,
      origin: originBits == 0 ? nil : originBits - 1,
      name: UInt8(truncatingIfNeeded: bits >> 52))
  }
}
