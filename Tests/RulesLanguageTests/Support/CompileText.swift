import Foundation
import RulesLanguage

/// Compiles one text as `test.rules`; imports find nothing but `others`.
func compileText(
  _ text: String, others: [String: String] = [:]
) -> (program: Program?, diagnostics: [Diagnostic]) {
  let result = compile([SourceFile(path: "test.rules", text: text)]) { path in
    others[path].map { SourceFile(path: path, text: $0) }
  }.result
  return (result.value, result.diagnostics)
}

/// `code line:column` of every finding in a text.
func findings(_ text: String, others: [String: String] = [:]) -> [String] {
  describe(compileText(text, others: others).diagnostics)
}

/// The findings in items of a task `T` that has Bool facts `on` and `off`, a fact `colour` (red,
/// green, blue), a related `other : T?`, an event `tick`, an each `e` and an each `f` over
/// `Other.g`. Lines count from the first item.
func findings(inTask items: String) -> [String] {
  describe(compileText(header + items + "\n}\n").diagnostics, linesBefore: lines(header))
}

/// The findings in items of `T.e`, which has a fact `hot` and a chain `low <= high`.
func findings(inEach items: String) -> [String] {
  let before = header + eachHeader
  return describe(compileText(before + items + "\n}\n}\n").diagnostics, linesBefore: lines(before))
}

/// The findings in items of `T.f`, which sees `far` and `near` of `Other` and `Other.g`.
func findings(inForeignEach items: String) -> [String] {
  let before = header + foreignHeader
  return describe(compileText(before + items + "\n}\n}\n").diagnostics, linesBefore: lines(before))
}

private let header = """
  enum Colour { red, green, blue }
  task Other {
    fact far : Bool
    related mate : Other
    define pure = far
    define impure = mate.far
    each g : G in gs {
      fact near : Bool
    }
  }
  task T {
    fact on, off : Bool
    fact colour : Colour
    related other : T?
    define both = on, off
    event tick
    each d : D in ds {
      fact cold : Bool
      fact same : Bool
    }
    each c : C in cs {
      fact same : Bool
    }

  """
private let eachHeader = """
  each e : E in es {
    fact hot : Bool
    fact low <= high : Int initially 0
    event tock

  """
private let foreignHeader = """
  each f : Other.g in gs {

  """

private func lines(_ text: String) -> Int { text.count { $0 == "\n" } }

private func describe(_ diagnostics: [Diagnostic], linesBefore: Int = 0) -> [String] {
  diagnostics.map { "\($0.code) \($0.position.line - linesBefore):\($0.position.column)" }
}

/// A file of the package, `rules/ReplicatedLog/Segment.rules`.
func packageFile(_ path: String) throws -> String {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  return try String(contentsOf: root.appending(path: path), encoding: .utf8)
}
