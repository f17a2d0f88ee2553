/// Bounds on what one program may contain, so that no text overflows the stack or takes for ever.
enum Limits {
  /// Bytes of one file. Hand-written rules are a few kilobytes.
  static let fileBytes = 4 << 20
  /// Bytes of a name: more is no name, and would fill every message with itself.
  static let nameBytes = 255
  /// Groups, parentheses, `not`, `=>` and quantifiers inside each other; a level costs the parser
  /// about five stack frames, and Swift itself stops at 256.
  static let nesting = 64
  /// Syntax errors of one file; after these the rest of the file is not read.
  static let syntaxErrorsPerFile = 100
  /// Bytes of Swift text without an end that are scanned in one file; behind these the rest of the
  /// file is not read.
  static func wastedSwiftText(ofFile bytes: Int) -> Int { max(64 << 10, 2 * bytes) }
  /// Levels of a condition, and parts of it, once its defines are put in: the analysis follows it
  /// recursively, and doubling a few dozen times is soon beyond every memory.
  static let conditionDepth = 250
  static let conditionSize = 10_000
  /// Parts of all conditions of a program together, their defines put in.
  static let allConditionsSize = 1_000_000
  /// Diagnostics of one program that are reported; nobody reads further.
  static let diagnostics = 1000
  /// Steps that looking for nearest names may take in one program; behind these nothing is suggested.
  static let suggestionCost = 4_000_000
  /// Files of one program.
  static let files = 1000
  /// Tasks of one program, and facts of all of them. A task of more than 128 yes-or-no facts is not
  /// counted anyway.
  static let tasks = 1000
  static let facts = 4000
  /// Generated enums have one-byte raw values.
  static let enumValues = 256
  /// Instances of one task or each in an `explore`; their states multiply.
  static let exploredInstances = 1000
  /// A chain of n members has 2^(n-1) values.
  static let chainMembers = 9
}
