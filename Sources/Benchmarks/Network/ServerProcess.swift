import Glibc
import RulesNetwork

/// A server of ours in a process of its own, until `stop`.
struct ServerProcess {
  let address: NetworkAddress
  private let child: pid_t
  private let input: Int32

  /// - Parameter processor: the processor it runs on, or -1.
  init?(processor: Int32) {
    var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
    for end in toChild + fromChild { posix_spawn_file_actions_addclose(&actions, end) }
    let arguments = ["/proc/self/exe", "serve", "\(processor)"]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child = pid_t()
    guard posix_spawn(&child, "/proc/self/exe", &actions, nil, &pointers, environ) == 0 else {
      return nil
    }
    close(toChild[0])
    close(fromChild[1])
    var line = [UInt8](repeating: 0, count: 32)
    let count = read(fromChild[0], &line, line.count)
    close(fromChild[0])
    let text = String(decoding: line.prefix(max(0, count)), as: UTF8.self)
    guard let port = UInt16(text.prefix { $0.isNumber }) else { return nil }
    address = NetworkAddress(host: "127.0.0.1", port: port)
    self.child = child
    input = toChild[1]
  }

  func stop() {
    close(input)
    kill(child, SIGKILL)
    waitpid(child, nil, 0)
  }
}
