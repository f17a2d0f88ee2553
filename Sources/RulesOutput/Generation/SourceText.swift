import RulesLanguage

/// Where generated text comes from: names places for people and for the Swift compiler.
struct SourceText {
  let program: Program
  let options: GenerationOptions

  /// `Segment.rules:18`
  func place(_ position: SourcePosition) -> String {
    "\(baseName(position.file)):\(position.line)"
  }

  private func baseName(_ file: Int) -> String {
    let path = program.files[file].path
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// `rules/ReplicatedLog/Segment.rules`
  func shownPath(_ file: Int) -> String { options.shownPath(of: program.files[file].path) }

  /// From the next line on, the text stands for this line of a rules file and those after it.
  ///
  /// Of several files with one base name only the first is named like this: Swift wants the sources
  /// of a module to have different names, and warns.
  func writeDirective(_ position: SourcePosition, to writer: inout SwiftWriter) {
    let name = baseName(position.file)
    if (0..<position.file).contains(where: { baseName($0) == name }) {
      writer.endSource()
      writer.verbatim("// \(shownPath(position.file)):\(position.line)")
      return
    }
    let path = options.absolutePath(of: program.files[position.file].path)
    writer.beginSource(quoted(path), line: position.line)
  }

  /// Writes Swift text of a rules file so that swiftc, a debugger and a crash name its line and
  /// column there.
  func write(_ text: SwiftText, to writer: inout SwiftWriter) {
    writeDirective(text.position, to: &writer)
    let lines = text.text.split(separator: "\n", omittingEmptySubsequences: false)
    let indentation = String(repeating: " ", count: text.position.column - 1)
    writer.verbatim(indentation + (lines.first ?? ""))
    for line in lines.dropFirst() { writer.verbatim(String(line)) }
    writer.endSource()
  }

  /// Writes a Swift expression of a rules file between generated text, so that swiftc names its line
  /// and column there.
  func write(
    _ text: SwiftText, after head: String, before tail: String, to writer: inout SwiftWriter
  ) {
    var lines = text.text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    lines[lines.count - 1] += tail
    var start = text.position
    if start.column > head.count {
      lines[0] = String(repeating: " ", count: start.column - 1 - head.count) + head + lines[0]
    } else {
      // The expression begins further left than generated text would let it: on a line of its own.
      lines[0] = String(repeating: " ", count: start.column - 1) + lines[0]
      lines.insert(String(head.dropLast()), at: 0)
      start.line -= 1
    }
    writeDirective(start, to: &writer)
    for line in lines { writer.verbatim(line) }
    writer.endSource()
  }
}

/// `0x0123_4567_89ab_cdef`
func swiftHexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  let padded = String(repeating: "0", count: 16 - digits.count) + digits
  let groups = stride(from: 0, to: 16, by: 4).map { start in
    padded.dropFirst(start).prefix(4)
  }
  return "0x" + groups.joined(separator: "_")
}
