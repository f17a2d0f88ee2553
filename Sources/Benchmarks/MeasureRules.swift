import AllocationCount
import RulesRuntime

/// The generated rules of Figure 2 beside the same rules by hand, in Swift and, where a compiler is
/// installed, in C++: ns per firing and per evaluation that ends in a wait, the pool included.
func measureRules() {
  let generated = Fleet { Segment($0, replicas: 3) }
  let handWritten = Fleet { HandWrittenSegment($0, replicas: 3) }
  let generatedWaiting = Fleet(waiting: true) { waiting(Segment($0, replicas: 3)) }
  let handWrittenWaiting = Fleet(waiting: true) {
    waiting(HandWrittenSegment($0, replicas: 3))
  }
  // The trace is full and every task known before anything is counted.
  for _ in 0..<100 {
    generated.turn()
    generatedWaiting.turn()
  }
  let before = allocation_count()
  for _ in 0..<100 { generated.turn() }
  let firingAllocations = allocation_count() - before
  for _ in 0..<100 { generatedWaiting.turn() }
  let waitingAllocations = allocation_count() - before - firingAllocations

  let costs = nanoseconds(
    [generated, handWritten, generatedWaiting, handWrittenWaiting].map { fleet in
      Measurement(name: "", count: 333 * 3 * Fleet.tasks) { for _ in 0..<333 { fleet.turn() } }
    }, rounds: 15)
  report("firing, generated", costs[0], " ns")
  report("firing, hand-written Swift", costs[1], " ns")
  report("evaluation that waits, generated", costs[2], " ns")
  report("evaluation that waits, hand-written Swift", costs[3], " ns")
  if let (firing, waiting, compiler) = measureCPlusPlus() {
    report("firing, hand-written C++ (\(compiler) -O2)", firing, " ns")
    report("evaluation that waits, hand-written C++", waiting, " ns")
  } else {
    report("hand-written C++", "no C++ compiler found")
  }
  reportRatio("firing, generated / hand-written Swift", costs[0] / costs[1])
  reportRatio("evaluation, generated / hand-written Swift", costs[2] / costs[3])
  report("allocations in 300,000 firings", "\(firingAllocations)")
  report("allocations in 300,000 evaluations that wait", "\(waitingAllocations)")
}

/// The segment, all of whose replicas wait.
func waiting<Task: SegmentState>(_ segment: Task) -> Task {
  for replica in segment.replicas { wait(replica) }
  return segment
}
