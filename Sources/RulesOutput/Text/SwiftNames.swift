/// A name as a Swift declaration or use may write it: in backticks if it is a keyword of Swift.
func swiftName(_ name: String) -> String {
  swiftKeywords.contains(name) ? "`\(name)`" : name
}

private let swiftKeywords: Set<String> = [
  "Any", "Self", "Type", "as", "associatedtype", "break", "case", "catch", "class", "continue",
  "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
  "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is",
  "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat",
  "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
  "throws", "true", "try", "typealias", "var", "where", "while",
]

/// `replica` as `Replica`.
func capitalized(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

/// `ServerFailure` as `serverFailure`.
func uncapitalized(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

/// A Swift string literal.
func quoted(_ text: String) -> String {
  var quoted = "\""
  for character in text {
    switch character {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    default: quoted.append(character)
    }
  }
  return quoted + "\""
}

/// Everything in a Swift text that looks like a name.
func identifiers(in text: String) -> [String] {
  text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
}

/// `Duration` of some milliseconds, in the largest unit that is exact.
func swiftDuration(milliseconds: Int) -> String {
  milliseconds % 1000 == 0
    ? ".seconds(\(milliseconds / 1000))" : ".milliseconds(\(milliseconds))"
}

/// Makes names unique by appending digits.
struct UniqueNames {
  private var used: Set<String>

  init(_ used: Set<String> = []) { self.used = used }

  /// Takes names out of use.
  mutating func reserve(_ names: [String]) { used.formUnion(names) }

  mutating func make(_ wanted: String) -> String {
    var name = wanted
    var number = 2
    while !used.insert(name).inserted {
      name = wanted.last?.isNumber == true ? "\(wanted)_\(number)" : "\(wanted)\(number)"
      number += 1
    }
    return name
  }
}
