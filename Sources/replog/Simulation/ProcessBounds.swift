import Glibc

/// What this process has used, and what it may use.
enum ProcessBounds {
  /// The most memory that it has had so far, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  /// Ends the process when it asks for more: what goes on or grows without end within one turn of a
  /// pool is noticed by nobody else.
  /// - Parameters:
  ///   - memory: address space in bytes.
  ///   - seconds: processor time from the process's start.
  static func set(memory: Int, seconds: Int) {
    set(RLIMIT_AS, to: memory)
    set(RLIMIT_CPU, to: seconds)
  }

  private static func set(_ resource: __rlimit_resource, to value: Int) {
    var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
    setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
  }
}
