@preconcurrency import Glibc  // for `environ`, which only this process reads
import Synchronization

/// A process that this one started from its own executable.
///
/// It is in a process group of its own, so that a ctrl-C at the terminal reaches only the parent;
/// and it holds the read end of a pipe as its stdin, which ends when the parent does.
final class ChildProcess: Sendable {
  let name: String
  let pid: pid_t
  private let input: Int32
  private let output: Int32
  /// The wait status once the child was waited for. Guards the pid: it is never signalled after.
  private let status = Mutex<Int32?>(nil)

  /// Starts `replog ARGUMENTS...`; its stderr goes to the file `log`.
  /// - Throws: `CommandFailure` when the system refuses.
  init(name: String, arguments: [String], log: String) throws(CommandFailure) {
    self.name = name
    let logFile = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard logFile >= 0 else { throw CommandFailure("\(log): \(systemMessage())", code: .failure) }
    defer { close(logFile) }
    let toChild = try ChildProcess.makePipe()
    let fromChild: (read: Int32, write: Int32)
    do {
      fromChild = try ChildProcess.makePipe()
    } catch {
      close(toChild.read)
      close(toChild.write)
      throw error
    }
    defer {
      close(toChild.read)
      close(fromChild.write)
    }
    let started = ChildProcess.spawn(
      ["replog"] + arguments, input: toChild.read, output: fromChild.write, errors: logFile)
    guard let pid = started.pid else {
      close(toChild.write)
      close(fromChild.read)
      throw CommandFailure("cannot start \(name): \(systemMessage(started.error))", code: .failure)
    }
    self.pid = pid
    input = toChild.write
    output = fromChild.read
  }

  deinit {
    close(input)
    close(output)
  }

  /// The first line the child prints, waited for at most so long.
  /// - Returns: nil when it ended or stayed silent.
  func firstLine(within limit: Duration) -> String? {
    let deadline = ContinuousClock.now + limit
    var line: [UInt8] = []
    while line.count < 1024, !line.contains(0x0A) {
      let left = (deadline - ContinuousClock.now).inSeconds
      var interest = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&interest, 1, Int32(left * 1000) + 1) >= 0 else { return nil }
      if interest.revents == 0 { continue }
      var byte: UInt8 = 0
      guard read(output, &byte, 1) == 1 else { return nil }
      line.append(byte)
    }
    return String(decoding: line.prefix { $0 != 0x0A }, as: UTF8.self)
  }

  /// Asks the child to end.
  func terminate() { send(SIGTERM) }

  /// Ends the child without asking it: `kill -9`.
  func killAtOnce() { send(SIGKILL) }

  /// Nothing is sent to a child that was already waited for.
  private func send(_ signal: Int32) {
    status.withLock { status in
      if status == nil { kill(pid, signal) }
    }
  }

  /// How the child ended: `exit 1`, `signal 9`; nil while it runs. Does not wait.
  func endedHow() -> String? {
    status.withLock { status in
      if status == nil {
        var value: Int32 = 0
        if waitpid(pid, &value, WNOHANG) == pid { status = value }
      }
      return status.map(ChildProcess.describe)
    }
  }

  /// Waits for the end at most so long.
  /// - Returns: whether it has ended and was waited for.
  @discardableResult
  func wait(atMost limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    while endedHow() == nil {
      if ContinuousClock.now >= deadline { return false }
      usleep(2000)
    }
    return true
  }

  private static func describe(_ status: Int32) -> String {
    let signal = status & 0x7F
    return signal == 0 ? "exit \((status >> 8) & 0xFF)" : "signal \(signal)"
  }

  private static func makePipe() throws(CommandFailure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw CommandFailure("cannot make a pipe: \(systemMessage())", code: .failure)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ arguments: [String], input: Int32, output: Int32, errors: Int32
  ) -> (pid: pid_t?, error: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = Signals.signalSet([])
    var defaults = Signals.signalSet([SIGPIPE])
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let strings = arguments.map { strdup($0) }
    defer { for string in strings { free(string) } }
    var pid: pid_t = 0
    let error = posix_spawn(
      &pid, "/proc/self/exe", &actions, &attributes, strings + [nil], environ)
    return error == 0 ? (pid, 0) : (nil, error)
  }
}
