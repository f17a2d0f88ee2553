/// What is under way in a pool, to be kept by whoever begins something that ends later: a request, a
/// job. With `PoolCore.perform` its end is linked to the firing that began it.
public struct CauseOrigin: Hashable, Sendable {
  /// One more than the number of the firing; zero: none.
  var bits: UInt64

  /// Nothing that the pool did.
  public static let none = CauseOrigin(bits: 0)

  /// The number of the firing; nil: it began outside.
  public var firing: UInt64? { bits == 0 ? nil : bits - 1 }
}

extension PoolCore {
  /// The firing under way, or the one that what is under way goes back to. O(1), no allocation.
  public var origin: CauseOrigin { CauseOrigin(bits: engine.pointee.context.originBits) }

  /// Runs `body` and records what happened as the cause of whatever it activates.
  ///
  ///     let origin = core.origin                                  // in the action that sends
  ///     core.perform(.reply, named: name, from: origin) { ... }   // when the reply is there
  /// - Parameters:
  ///   - name: a number of `causeName(_:)`; zero: none.
  ///   - origin: what was under way when it began.
  public func perform<Result, Failure: Error>(
    _ kind: Cause.Kind, named name: UInt8 = 0, from origin: CauseOrigin = .none,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let engine = engine
    let outer = engine.pointee.context
    engine.pointee.context = PackedCause(kind, originBits: origin.bits, name: name)
    defer { engine.pointee.context = outer }
    return try body()
  }

  /// From now on, and outside of turns, activations are caused by this.
  func begin(_ kind: Cause.Kind) {
    engine.pointee.context = PackedCause(kind)
  }

  /// The number under which causes carry a name, `append` of a reply to it: the same one for the same
  /// name. There are 255; zero, no name, is what is left then. O(names): ask once, not for each cause.
  public func causeName(_ name: String) -> UInt8 {
    if let index = causeNames.firstIndex(of: name) { return UInt8(index + 1) }
    guard causeNames.count < 255 else { return 0 }
    causeNames.append(name)
    crashTrace?.prepare()
    return UInt8(causeNames.count)
  }

  /// The name of a cause; empty when it has none.
  func name(of cause: Cause) -> String {
    causeNames.indices.contains(Int(cause.name) - 1) ? causeNames[Int(cause.name) - 1] : ""
  }
}
