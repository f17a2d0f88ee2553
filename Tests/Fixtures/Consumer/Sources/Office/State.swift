import RulesRuntime

// The rules run on the pool's thread, so their state is not the main actor's.

nonisolated enum Cover { case open, closed }

nonisolated final class Printer {
  let membership = TaskMembership()
  let subjectID: UInt64 = 1
  let subjectName = "the printer"

  var cover = Cover.closed
  var sheets = 0
  var jobs: [Job] = []
  var clearing: Clearing?

  func add(_ number: Int) {
    jobs.append(Job(number, self))
    membership.activate()
  }
}

nonisolated final class Job: RuleSubject {
  let number: Int
  unowned let printer: Printer
  var phase = Phase.waiting

  init(_ number: Int, _ printer: Printer) {
    self.number = number
    self.printer = printer
  }

  var subjectID: UInt64 { UInt64(number) }
  var subjectName: String { "job \(number)" }
}

nonisolated final class Clearing {
  let membership = TaskMembership()
  let subjectID: UInt64 = 2
  let subjectName = "clearing"

  let printer: Printer
  var tray: [Int] = []

  init(_ printer: Printer) { self.printer = printer }
}
