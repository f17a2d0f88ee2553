/// A mistake that somebody could make, or has made, in the replicated log, and that the simulator has to
/// find. In a build with the trait `PlantedBugs` each can be put in for a run; in every other build none
/// is there.
public enum PlantedBug: String, CaseIterable, Sendable {
  case b1 = "B1"
  case b2 = "B2"
  case b3 = "B3"
  case b1b3 = "B1+B3"
  case b6 = "B6"
  case b7 = "B7"
  case b8 = "B8"
  case b9 = "B9"
  case b10 = "B10"
  case b11 = "B11"
  case b12 = "B12"
  case b13 = "B13"
  case b15 = "B15"
  case b16 = "B16"
  case b17 = "B17"
  case b18 = "B18"
  case b19 = "B19"
  case b20 = "B20"
  case b21 = "B21"
  case b23 = "B23"
  case b26 = "B26"
  case b27 = "B27"
  case b28 = "B28"
  case b29 = "B29"
  case b31 = "B31"
  case b32 = "B32"
  case b34 = "B34"
  case b35 = "B35"
  case b36 = "B36"
  case b37 = "B37"
  case b39 = "B39"
  case b40 = "B40"
  case b41 = "B41"
  case b43 = "B43"
  case b45 = "B45"
  case b46 = "B46"
  case b47 = "B47"
  case b49 = "B49"
  case b51 = "B51"
  case b52 = "B52"
  case b54 = "B54"
  case b55 = "B55"
  case n1 = "N1"
  case n2 = "N2"
  case n3 = "N3"
  case n4 = "N4"

  /// Of the design's list those that cannot be put in, and why not.
  public static let impossible: [(name: String, reason: String)] = [
    (
      "B53",
      "an accept loop that spins without descriptors: a simulated network has none; "
        + "`AcceptTests` has the real one run out of them"
    )
  ]
}
