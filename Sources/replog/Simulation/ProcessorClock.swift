import Glibc
import RulesRuntime

/// The processor time of this process: what a limit of effort counts, however busy the machine is.
struct ProcessorClock: PoolClock {
  var now: PoolInstant {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return PoolInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
