/// Lines of Swift text, indented by two spaces a level.
struct SwiftWriter {
  /// The longest line that is not broken.
  static let width = 100

  private(set) var lines: [String] = []
  private var depth = 0
  /// The lines stand for those of a source.
  private var isInSource = false

  var text: String { lines.map { $0 + "\n" }.joined() }

  /// The columns that a line may still use.
  var room: Int { Self.width - 2 * depth }

  mutating func line(_ text: String = "") {
    lines.append(text.isEmpty ? "" : String(repeating: "  ", count: depth) + text)
  }

  /// A line that stands where it stands in its source.
  mutating func verbatim(_ text: String) { lines.append(text) }

  /// From the next line on, lines stand for those of a source from this one on. The path is a
  /// literal.
  mutating func beginSource(_ path: String, line: Int) {
    lines.append("#sourceLocation(file: \(path), line: \(line))")
    isInSource = true
  }

  /// Lines stand for themselves again.
  mutating func endSource() {
    if isInSource { lines.append("#sourceLocation()") }
    isInSource = false
  }

  /// A blank line, unless the text begins here or one is there already.
  mutating func gap() {
    if let last = lines.last, !last.isEmpty, !last.hasSuffix("{") { lines.append("") }
  }

  /// Lines one level deeper, between `header {` and `}`.
  mutating func block(_ header: String, _ body: (inout SwiftWriter) -> Void) {
    line(header + " {")
    indented(body)
    line("}")
  }

  mutating func indented(_ body: (inout SwiftWriter) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  /// A documentation comment, one line of it a line.
  mutating func documentation(_ text: String?) {
    for part in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    where text != nil {
      line(part.isEmpty ? "///" : "/// \(part)")
    }
  }

  /// `head` and its arguments in brackets, on one line if there is room, else the arguments on the
  /// next, else each on its own.
  mutating func call(_ head: String, _ arguments: [Argument], tail: String = ")") {
    let flat = arguments.map(\.text).joined(separator: ", ")
    if head.count + flat.count + tail.count <= room {
      line(head + flat + tail)
      return
    }
    line(head)
    indented { writer in
      if flat.count + tail.count <= writer.room {
        writer.line(flat + tail)
        return
      }
      var pending: [String] = []
      func flush(_ writer: inout SwiftWriter, _ end: String) {
        let count = pending.count
        writer.fill(pending.enumerated().map { $1 + ($0 == count - 1 ? end : ",") })
        pending = []
      }
      for (index, argument) in arguments.enumerated() {
        let isLast = index == arguments.count - 1
        guard case .list(let label, let items) = argument else {
          pending.append(argument.text)
          if isLast { flush(&writer, tail) }
          continue
        }
        flush(&writer, ",")
        writer.line(label + "[")
        writer.indented { $0.fill(items.map { $0 + "," }) }
        let rest = arguments[(index + 1)...].map { ", " + $0.text }.joined()
        writer.line("]" + rest + tail)
        return
      }
    }
  }

  /// Items, as many a line as there is room for.
  mutating func fill(_ items: [String]) {
    var pending = ""
    for item in items {
      if pending.isEmpty {
        pending = item
      } else if pending.count + 1 + item.count <= room {
        pending += " " + item
      } else {
        line(pending)
        pending = item
      }
    }
    if !pending.isEmpty { line(pending) }
  }

  /// One argument of a call.
  enum Argument {
    case plain(String)
    /// An array literal, which may be broken; with its label and colon, if it has one.
    case list(String, [String])

    var text: String {
      switch self {
      case .plain(let text): text
      case .list(let label, let items): "\(label)[\(items.joined(separator: ", "))]"
      }
    }
  }
}
