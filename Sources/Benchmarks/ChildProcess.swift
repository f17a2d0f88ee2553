import Glibc

/// Runs a program found on the path, and waits for it.
/// - Returns: its exit status and what it wrote to standard output; nil if it could not be started.
func run(_ arguments: [String]) -> (status: Int32, output: String)? {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { return nil }
  defer { close(ends[0]) }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
  var child = pid_t()
  var pointers = arguments.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  let error = posix_spawnp(&child, arguments[0], &actions, nil, &pointers, environ)
  close(ends[1])
  guard error == 0 else { return nil }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4_096)
  while true {
    let count = read(ends[0], &buffer, buffer.count)
    if count > 0 { output += buffer[..<count] } else if count == 0 || errno != EINTR { break }
  }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  return (status & 0x7f == 0 ? status >> 8 & 0xff : -1, String(decoding: output, as: UTF8.self))
}

/// A folder for one run, removed with all that is in it.
struct TemporaryFolder: ~Copyable {
  let path: String

  init?() {
    var template = Array("/tmp/rules-benchmarks-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = run(["rm", "-rf", path]) }

  /// - Returns: the path of a new file, nil if it could not be written.
  func write(_ text: String, to name: String) -> String? {
    guard let file = fopen(path + "/" + name, "w") else { return nil }
    let isWritten = fputs(text, file) >= 0
    return fclose(file) == 0 && isWritten ? path + "/" + name : nil
  }
}
