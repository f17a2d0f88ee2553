// The switches of planted bugs. `#if` stands here and nowhere else: the code that has a switch reads the
// same in every build.

/// Whether a planted bug is in. Without the trait `PlantedBugs` it never is, and the compiler leaves out
/// the question and what depends on it.
@inlinable
public func planted(_ bug: PlantedBug) -> Bool {
  #if PlantedBugs
    return Planting.present == bug
  #else
    return false
  #endif
}

/// What is planted, and which promises were seen broken.
public enum Planting {
  /// Whether this build has the switches.
  public static var areCompiled: Bool {
    #if PlantedBugs
      true
    #else
      false
    #endif
  }

  /// The bug that is in; nil: none.
  ///
  /// `nonisolated(unsafe)` is sound: it is set before a simulated world begins, and all of a world runs
  /// on the thread that made it.
  nonisolated(unsafe) public static var present: PlantedBug?

  /// The first promise that was broken since it was taken last.
  ///
  /// `nonisolated(unsafe)` is sound: only builds with the trait touch it, and those run simulated worlds,
  /// one after the other, each on the thread that made it.
  nonisolated(unsafe) private static var broken: String?

  /// Takes out what was broken first.
  public static func takeBroken() -> String? {
    defer { broken = nil }
    return broken
  }

  public static func noteBroken(_ text: String) { if broken == nil { broken = text } }
}

/// A promise of the code to itself, checked like `assert`. In a build with planted bugs a broken one ends
/// no process: it is noted, and the simulator reports it.
@inlinable
public func expect(
  _ holds: @autoclosure () -> Bool, _ text: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  #if PlantedBugs
    if !holds() { Planting.noteBroken(text()) }
  #else
    assert(holds(), text(), file: file, line: line)
  #endif
}
