import Glibc

/// The memory of this process.
enum ProcessMemory {
  /// The most that it has had so far, in bytes.
  static var peak: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  /// It ends when it asks for more address space than this, in bytes: what grows without end in one
  /// turn of a pool is noticed by nobody else.
  static func limit(to bytes: Int) {
    var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }
}
