import Glibc

/// Why a file or folder could not be used; one line for the user.
struct FileError: Error {
  var message: String

  init(_ action: String, _ path: String, _ reason: String) {
    message = "cannot \(action) \(path): \(reason)"
  }

  init(_ action: String, _ path: String, errno code: Int32) {
    self.init(action, path, String(cString: strerror(code)))
  }
}

/// More than any rules file, so that a device or a wrong file is refused instead of read for ever.
private let largestFile = 64 << 20

/// The whole content of a file.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
  let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
  guard descriptor >= 0 else { throw FileError("read", path, errno: errno) }
  defer { close(descriptor) }
  return try readAll(descriptor, path)
}

private func readAll(_ descriptor: Int32, _ path: String) throws(FileError) -> [UInt8] {
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = retrying { read(descriptor, &buffer, buffer.count) }
    guard count >= 0 else { throw FileError("read", path, errno: errno) }
    if count == 0 { return content }
    content += buffer[..<count]
    guard content.count <= largestFile else {
      throw FileError("read", path, "it is larger than \(largestFile >> 20) MB")
    }
  }
}

/// The content of a text file.
func readText(_ path: String) throws(FileError) -> String {
  try text(try readFile(path), path)
}

/// All of standard input, which is text.
func readStandardInput() throws(FileError) -> String {
  let name = "standard input"
  return try text(try readAll(STDIN_FILENO, name), name)
}

private func text(_ content: [UInt8], _ path: String) throws(FileError) -> String {
  guard let text = String(validating: content, as: UTF8.self) else {
    throw FileError("read", path, "it is not UTF-8 text")
  }
  return text
}

/// Replaces a file as a whole: readers see the old content or the new. A file that already has the
/// content keeps its modification time, so that a build does not redo what depends on it. One that
/// is replaced keeps its permissions; a symbolic link stays one.
///
/// - Returns: whether the file was written.
@discardableResult
func writeFileIfChanged(_ path: String, _ text: String) throws(FileError) -> Bool {
  let content = Array(text.utf8)
  var target = path
  var permissions: mode_t?
  if access(path, F_OK) == 0 {
    if try readFile(path) == content { return false }
    if let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
    }
    var status = stat()
    if stat(target, &status) == 0 { permissions = status.st_mode & 0o777 }
  }
  let path = target
  let temporary = "\(path).\(getpid()).tmp"
  let descriptor = retrying { open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
  guard descriptor >= 0 else { throw FileError("write", path, errno: errno) }
  var failure: Int32?
  if let permissions, fchmod(descriptor, permissions) != 0 { failure = errno }
  if failure == nil, !writeAll(descriptor, content) { failure = errno }
  if close(descriptor) != 0 { failure = failure ?? errno }
  if failure == nil, rename(temporary, path) != 0 { failure = errno }
  if let failure {
    unlink(temporary)
    throw FileError("write", path, errno: failure)
  }
  return true
}

/// Makes a folder and those above it that are missing.
func makeDirectory(_ path: String) throws(FileError) {
  var made = path.hasPrefix("/") ? "/" : ""
  for part in path.split(separator: "/") {
    made += part
    if mkdir(made, 0o777) != 0, errno != EEXIST {
      throw FileError("create", made, errno: errno)
    }
    made += "/"
  }
  var status = stat()
  guard stat(path, &status) == 0 else { throw FileError("create", path, errno: errno) }
  guard status.st_mode & S_IFMT == S_IFDIR else {
    throw FileError("create", path, errno: ENOTDIR)
  }
}

/// The folder that relative paths start from.
func workingDirectory() throws(FileError) -> String {
  guard let path = getcwd(nil, 0) else {
    throw FileError("find", "the working directory", errno: errno)
  }
  defer { free(path) }
  return String(cString: path)
}

/// Results, on standard output.
func writeOutput(_ text: String) throws(FileError) {
  if !writeAll(STDOUT_FILENO, Array(text.utf8)) {
    throw FileError("write", "standard output", errno: errno)
  }
}

/// Diagnostics, on standard error. That there is nobody to read them changes no result.
func writeError(_ text: String) {
  _ = writeAll(STDERR_FILENO, Array(text.utf8))
}

/// Writes every byte; false, with `errno`, when it cannot.
private func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = retrying { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
    guard count >= 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}

/// Repeats a system call for as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
