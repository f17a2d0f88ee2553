/// The values of an Int fact that is compared with numbers only: the intervals that the numbers cut
/// the number line into. `n < 1` and `n >= 10` make three of it: `...0`, `1...9`, `10...`.
public struct IntegerDomain: Hashable, Sendable {
  /// A run of whole numbers; nil: no end on that side.
  public struct Interval: Hashable, Sendable {
    public var lower: Int?
    public var upper: Int?

    public init(lower: Int?, upper: Int?) {
      self.lower = lower
      self.upper = upper
    }

    /// `...-1`, `0`, `1...9`, `10...`, `any`
    public var name: String {
      switch (lower, upper) {
      case (nil, nil): "any"
      case (nil, let upper?): "...\(upper)"
      case (let lower?, nil): "\(lower)..."
      case (let lower?, let upper?): lower == upper ? "\(lower)" : "\(lower)...\(upper)"
      }
    }

    public func contains(_ number: Int) -> Bool {
      (lower ?? .min) <= number && number <= (upper ?? .max)
    }
  }

  /// The least value, if the declaration gives one.
  public var lower: Int?
  /// The greatest value, if the declaration gives one.
  public var upper: Int?
  /// Ascending, each once: cut `c` stands between `c - 1` and `c`, both inside the bounds.
  public var cuts: [Int]

  public init(lower: Int?, upper: Int?, cuts: [Int]) {
    self.lower = lower
    self.upper = upper
    self.cuts = cuts
  }

  /// The intervals, ascending: the values of the variable.
  public var intervals: [Interval] {
    let starts = [lower] + cuts.map(Optional.some)
    let ends = cuts.map { Optional($0 - 1) } + [upper]
    return zip(starts, ends).map(Interval.init)
  }
}
