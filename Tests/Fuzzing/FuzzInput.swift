import RulesLanguage

/// A program made of arbitrary bytes: form feeds part its files, `0.rules`, `1.rules` and so on.
/// The first is given to the compiler, the others are there to be imported.
struct FuzzInput {
  var files: [SourceFile]

  init(_ bytes: UnsafeRawBufferPointer) {
    let parts = bytes.split(separator: 0x0C, maxSplits: 8, omittingEmptySubsequences: false)
    files = parts.enumerated().map { index, part in
      SourceFile(path: "\(index).rules", text: String(decoding: part, as: UTF8.self))
    }
  }

  func compiled() -> (files: [SourceFile], result: Checked<Program>) {
    compile(Array(files.prefix(1)), load: load)
  }

  func load(_ path: String) -> SourceFile? { files.first { $0.path == path } }
}

/// Stops the process, which the fuzzer reports with the input, unless the condition holds.
func require(_ condition: Bool, _ expectation: @autoclosure () -> String) {
  guard !condition else { return }
  fatalError("not so: \(expectation())")
}

/// Every place that a diagnostic names is one of the text.
func requirePlaces(_ diagnostics: [Diagnostic], in files: [SourceFile]) {
  let lines = files.map { file in
    file.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }
  for diagnostic in diagnostics {
    let places = [diagnostic.position] + diagnostic.notes.compactMap(\.position)
    for place in places {
      require(files.indices.contains(place.file), "\(diagnostic.code): file \(place.file)")
      require(
        lines[place.file].indices.contains(place.line - 1), "\(diagnostic.code): line \(place.line)"
      )
      // A column is a character, and a character has at least one byte.
      let width = lines[place.file][place.line - 1].count
      require((1...(width + 1)).contains(place.column), "\(diagnostic.code): \(place.column)")
    }
  }
}
