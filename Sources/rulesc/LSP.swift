import Glibc
import RulesEditor
import RulesOutput

let lspVerb = Verb(
  name: "lsp",
  summary: "Serve an editor: the language server for rules files.",
  operands: "",
  details: """
    Speaks the Language Server Protocol 3.17 on standard input and output, for editors to start.
    Ends with exit status 0 after `shutdown` and `exit`, with 1 when the editor goes away.
    """,
  options: [],
  example: "rulesc lsp",
  worksWithoutOperands: true,
  run: serve)

/// Moves messages between the editor and the server, and lets analyses run beside it.
private func serve(_ arguments: ParsedArguments) throws -> ExitStatus {
  guard arguments.operands.isEmpty else {
    throw UsageError("lsp: it takes no files; the editor opens them")
  }
  var server = LanguageServer(
    version: toolVersion, files: FileAccess(read: { try? readText($0) }, rulesFiles: listRulesFiles)
  )
  var reader = MessageReader()
  let finished = try Pipe()
  var thread: CheckThread?

  while server.exitStatus == nil {
    let isInputWaiting = try poll([STDIN_FILENO], wait: false)[0]
    // While input waits the texts are about to change: read all of it first.
    if !isInputWaiting {
      try write(server.settle())
      if thread == nil, let check = server.nextCheck() {
        thread = try CheckThread(check, whenDone: finished)
      }
    }
    let isReadable =
      isInputWaiting ? [true, false] : try poll([STDIN_FILENO, finished.output], wait: true)
    if isReadable[1] {
      finished.clear()
      if let result = thread?.join() { try write(server.finish(result)) }
      thread = nil
    }
    if isReadable[0] {
      let bytes = try readInput()
      // The editor went away without a word.
      guard !bytes.isEmpty else { return .findings }
      reader.append(bytes)
      guard try handle(&reader, &server) else { return .findings }
    }
  }
  return server.exitStatus == 0 ? .fine : .findings
}

/// Hands over every message that is complete; false when no further one can be found.
private func handle(_ reader: inout MessageReader, _ server: inout LanguageServer) throws -> Bool {
  while let item = reader.next() {
    switch item {
    case .body(let body): try write(server.receive(body))
    case .unusable(let reason): try write([server.refuse(reason)])
    case .broken(let reason):
      try write([server.refuse(reason)])
      writeError("rulesc: lsp: \(reason)\n")
      return false
    }
  }
  return true
}

private func write(_ messages: [JSONValue]) throws {
  for message in messages { try writeOutput(frame(message.compactText)) }
}

/// Some bytes of standard input; none at its end.
private func readInput() throws -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  let count = retrying { read(STDIN_FILENO, &buffer, buffer.count) }
  guard count >= 0 else { throw FileError("read", "standard input", errno: errno) }
  return Array(buffer[..<count])
}

/// Which descriptors have something to read, or have ended.
private func poll(_ descriptors: [Int32], wait: Bool) throws -> [Bool] {
  var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  let count = retrying { Glibc.poll(&polled, nfds_t(polled.count), wait ? -1 : 0) }
  guard count >= 0 else { throw FileError("wait for", "standard input", errno: errno) }
  return polled.map { $0.revents != 0 }
}

/// The rules files that stand directly in a folder, sorted; none when it cannot be read.
@Sendable private func listRulesFiles(_ folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var paths: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name.hasSuffix(".rules"), !name.hasPrefix(".") { paths.append(folder + name) }
  }
  return paths.sorted()
}
