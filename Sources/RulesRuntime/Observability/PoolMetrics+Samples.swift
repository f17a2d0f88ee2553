extension PoolMetrics {
  /// All numbers, those of one name together; always the same names in the same order. The labels are
  /// the pool, types of task, clauses and throttles, never single tasks: so many samples as there
  /// are clauses, and some twenty more.
  public var samples: [MetricSample] {
    (poolSamples + clauseSamples + taskSamples + throttleSamples + threadSamples).merged
  }

  private func counter(
    _ name: String, _ help: String, _ value: UInt64, _ labels: [(String, String)] = []
  ) -> MetricSample { sample(name, .counter, help, labels, Double(value)) }

  private func gauge(
    _ name: String, _ help: String, _ value: Int, _ labels: [(String, String)] = []
  ) -> MetricSample { sample(name, .gauge, help, labels, Double(value)) }

  private func sample(
    _ name: String, _ kind: MetricSample.Kind, _ help: String, _ labels: [(String, String)],
    _ value: Double
  ) -> MetricSample {
    MetricSample(
      name: "rules_" + name, kind: kind, help: help,
      labels: ([("pool", pool)] + labels).map { .init(name: $0.0, value: $0.1) }, value: value)
  }

  private var poolSamples: [MetricSample] {
    [
      counter("turns_total", "Turns of the pool.", turns),
      counter("unexpected_total", "Evaluations that ended in an unhandled state.", unexpected),
      counter("undeclared_total", "Firings that did not do what their rule says.", undeclared),
      counter("forgotten_total", "Rules that fired late: nobody woke the task.", forgotten),
      counter("stalls_total", "Times that all tasks waited for each other.", stalls),
      gauge("timers", "Timers that are armed.", timers),
    ]
  }

  private var clauseSamples: [MetricSample] {
    func counts(
      _ name: String, _ help: String, _ label: String, _ kinds: [RuleTable.Leaf.Kind]
    ) -> [MetricSample] {
      leaves.filter { kinds.contains($0.kind) }.map { leaf in
        counter(name, help, leaf.count, [("task", leaf.scope), (label, leaf.clause)])
      }
    }
    return counts("firings_total", "Firings of a rule.", "rule", [.rule])
      + counts("waits_total", "Evaluations that ended in a wait.", "wait", [.wait])
      + counts("goals_total", "Evaluations that ended at a goal.", "goal", [.goal])
      + counts(
        "unhandled_total", "Evaluations that ended in an unhandled state, by how they did.",
        "case", [.unhandled, .impossible])
  }

  private var taskSamples: [MetricSample] {
    let states: [(String, KeyPath<TaskMetrics, Int>)] = [
      ("active", \.active), ("waiting", \.waiting), ("blocked", \.blocked),
      ("unexpected", \.unexpected), ("goal", \.atGoal),
    ]
    let counts = tasks.flatMap { task in
      states.map { state, count in
        gauge(
          "tasks", "Tasks in the pool, each in one state.",
          task[keyPath: count], [("task", task.task), ("state", state)])
      }
    }
    let overdue = tasks.map { task in
      gauge(
        "overdue", "Subjects that have stood still for so long that it was reported.",
        task.overdue, [("task", task.task)])
    }
    return counts + overdue
  }

  private var throttleSamples: [MetricSample] {
    func each(_ sample: (ThrottleMetrics, [(String, String)]) -> MetricSample) -> [MetricSample] {
      throttles.map { sample($0, [("throttle", $0.name)]) }
    }
    return each { gauge("permits_limit", "Permits that may be in use.", $0.limit, $1) }
      + each { gauge("permits_in_use", "Permits in use.", $0.inUse, $1) }
      + each { gauge("permits_waiting", "Permits asked for and not granted.", $0.waiting, $1) }
      + each { gauge("permits_high_water", "Most permits in use at a time.", $0.highWater, $1) }
      + each { counter("permits_granted_total", "Permits granted.", $0.granted, $1) }
  }

  private var threadSamples: [MetricSample] {
    guard let thread else { return [] }
    func waits(_ ending: String, _ count: UInt64) -> MetricSample {
      counter("polls_total", "Waits of the thread, by how they ended.", count, [("wait", ending)])
    }
    return [
      sample(
        "turn_seconds_total", .counter, "Time in turns.", [], thread.turnTime.total.seconds),
      sample(
        "longest_turn_seconds", .gauge, "The longest turn so far.", [],
        thread.turnTime.longest.seconds),
      waits("slept", thread.sleeps),
      waits("spun", thread.spins),
      waits("spun_in_vain", thread.vainSpins),
      gauge("posts_queued", "Posts that wait for the thread.", thread.posts),
      gauge("sends_waiting", "Calls of send that wait for room.", thread.sending),
      counter("posts_refused_total", "Posts refused because too many waited.", thread.refusedPosts),
    ]
  }
}

extension PoolStatistics.LeafCount {
  /// What tells it from the other ends of its scope: each broken `always` is called that.
  fileprivate var clause: String {
    kind == .impossible && !label.isEmpty ? "\(leaf) \(label)" : leaf
  }
}

extension [MetricSample] {
  /// Samples of the same name and labels as one, with their sum: two modules may each have a task of
  /// one name.
  var merged: [MetricSample] {
    var result: [MetricSample] = []
    var indexes: [[String]: Int] = [:]
    for sample in self {
      let key = [sample.name] + sample.labels.flatMap { [$0.name, $0.value] }
      if let index = indexes[key] {
        result[index].value += sample.value
      } else {
        indexes[key] = result.count
        result.append(sample)
      }
    }
    return result
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(saturatedNanoseconds) / 1e9 }
}
