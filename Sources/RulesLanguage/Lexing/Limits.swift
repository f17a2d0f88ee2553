/// Bounds on what one program may contain, so that no text overflows the stack or takes for ever.
enum Limits {
  /// Bytes of one file. Hand-written rules are a few kilobytes.
  static let fileBytes = 4 << 20
  /// Groups, parentheses, `not`, `=>` and quantifiers inside each other; a level costs the parser
  /// about five stack frames, and Swift itself stops at 256.
  static let nesting = 64
  /// Syntax errors of one file; after these the rest of the file is not read.
  static let syntaxErrorsPerFile = 100
  /// Diagnostics of one program that are reported; nobody reads further.
  static let diagnostics = 1000
  /// Errors for which the nearest known name is looked up (its cost grows with the names).
  static let suggestions = 50
  /// Files of one program.
  static let files = 1000
  /// Generated enums have one-byte raw values.
  static let enumValues = 256
  /// A chain of n members has 2^(n-1) values.
  static let chainMembers = 16
}
