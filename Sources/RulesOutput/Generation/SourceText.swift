import RulesLanguage

/// Where generated text comes from: names places for people and for the Swift compiler.
struct SourceText {
  let program: Program
  let options: GenerationOptions

  /// `Segment.rules:18`
  func place(_ position: SourcePosition) -> String {
    let path = program.files[position.file].path
    return "\(path.split(separator: "/").last.map(String.init) ?? path):\(position.line)"
  }

  /// `rules/ReplicatedLog/Segment.rules`
  func shownPath(_ file: Int) -> String { options.shownPath(of: program.files[file].path) }

  /// Writes Swift text of a rules file so that swiftc, a debugger and a crash name its line and
  /// column there.
  func write(_ text: SwiftText, to writer: inout SwiftWriter) {
    let path = options.absolutePath(of: program.files[text.position.file].path)
    writer.verbatim("#sourceLocation(file: \(quoted(path)), line: \(text.position.line))")
    let lines = text.text.split(separator: "\n", omittingEmptySubsequences: false)
    let indentation = String(repeating: " ", count: text.position.column - 1)
    writer.verbatim(indentation + (lines.first ?? ""))
    for line in lines.dropFirst() { writer.verbatim(String(line)) }
    writer.verbatim("#sourceLocation()")
  }

  /// Identifies the text that a task's rules are made from: its own file, and those that declare
  /// what it uses. FNV-1a, 64 bits.
  func contentHash(of task: TaskModel) -> UInt64 {
    var files: Set<Int> = [task.position.file]
    var bodies = [task.body]
    for each in task.eaches {
      bodies.append(each.body)
      if case .each(let name, _) = each.element,
        let foreign = program.tasks.first(where: { $0.name == name })
      {
        files.insert(foreign.position.file)
        bodies += [foreign.body] + foreign.eaches.map(\.body)
      }
    }
    for variable in bodies.flatMap(\.variables) {
      if case .enumeration(let name) = variable.kind,
        let declaration = program.enums.first(where: { $0.name == name })
      {
        files.insert(declaration.position.file)
      }
    }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for file in files.sorted(by: { shownPath($0) < shownPath($1) }) {
      for byte in program.files[file].text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
      }
    }
    return hash
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
