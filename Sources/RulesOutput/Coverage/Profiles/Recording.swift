import RulesAnalysis
import RulesLanguage

/// What profiles say about the scopes of one rule set, added up.
///
/// Adding is the only way in, and it checks first: counts of other rules never get mixed in.
public struct Recording: Sendable {
  /// What was recorded of one scope.
  package struct Scope: Sendable {
    /// How many evaluations found these words and ended in this leaf.
    package var states: [Key: UInt64] = [:]
    /// For each leaf the evaluations in states that are not known.
    package var overflow: [Int: UInt64] = [:]
  }

  /// A state and the end of its evaluation.
  package struct Key: Hashable, Sendable {
    package var words: [UInt64]
    package var leaf: Int
  }

  /// In the order of `Analysis.scopes`.
  package private(set) var scopes: [Scope]
  /// How many profiles had something about these rules.
  public private(set) var profileCount = 0

  private let tasks: [RecordedTask]
  private let readers: [Int: StateReader]
  /// The base name of each task's rules file.
  private let fileNames: [String: String]

  /// Nothing recorded yet.
  public init(of program: Program, _ analysis: Analysis) {
    tasks = recordedTasks(program, analysis)
    scopes = analysis.scopes.map { _ in Scope() }
    readers = Dictionary(
      uniqueKeysWithValues: tasks.flatMap(\.scopes).map { scope in
        (scope.index, StateReader(analysis.scopes[scope.index].partition, scope))
      })
    fileNames = Dictionary(
      program.tasks.map { ($0.name, baseName(program.files[$0.position.file].path)) }
    ) { first, _ in first }
  }

  /// How a task of a profile belongs to these rules.
  enum Kinship {
    /// It was recorded under these rules.
    case same(RecordedTask)
    /// It has the name and file name of one of these rules' tasks, which has changed since.
    case stale(RecordedTask)
    /// It is another program's.
    case none
  }

  func kinship(of task: Profile.Task) -> Kinship {
    guard let own = tasks.first(where: { $0.name == task.name }) else { return .none }
    if own.contentHash == task.contentHash { return .same(own) }
    return fileNames[task.name] == baseName(task.path) ? .stale(own) : .none
  }

  /// Throws if a profile's records of these rules cannot be.
  func check(_ profile: Profile) throws(ProfileError) {
    for task in profile.tasks {
      guard case .same(let own) = kinship(of: task) else { continue }
      for scope in task.scopes {
        guard let known = own.scopes.first(where: { $0.name == scope.name }) else {
          throw ProfileError("the rules of \(task.name) have no scope \(scope.name)")
        }
        guard known.leaves.leaves.count == scope.leafCount else {
          throw ProfileError(
            "\(scope.name) has \(known.leaves.leaves.count) leaves, and not \(scope.leafCount)")
        }
        for state in scope.states { try readers[known.index]?.check(state) }
      }
    }
  }

  /// Adds the counts of a profile that was checked. A sum that 64 bits cannot hold stays at the
  /// greatest number.
  mutating func add(_ profile: Profile) {
    var isRelevant = false
    for task in profile.tasks {
      guard case .same(let own) = kinship(of: task) else { continue }
      isRelevant = true
      for scope in task.scopes {
        guard let index = own.scopes.first(where: { $0.name == scope.name })?.index else {
          continue
        }
        for state in scope.states {
          let key = Key(words: state.words, leaf: state.leaf)
          scopes[index].states[key, default: 0].add(state.count)
        }
        for overflow in scope.overflow {
          scopes[index].overflow[overflow.leaf, default: 0].add(overflow.count)
        }
      }
    }
    if isRelevant { profileCount += 1 }
  }

  /// How the states of a scope are read.
  func reader(of scope: Int) -> StateReader? { readers[scope] }
}

/// Adds a profile to what was recorded of several rule sets, to each the tasks that it has; tasks of
/// none of them are another program's, and left out.
///
/// Throws, and adds nothing, when a record is impossible, or when the profile is stale: a task of it
/// has the name and rules file of a task here, and was made from another text.
public func add(_ profile: Profile, to recordings: inout [Recording]) throws(ProfileError) {
  for task in profile.tasks {
    var stale: RecordedTask?
    var isKnown = false
    for recording in recordings {
      switch recording.kinship(of: task) {
      case .same: isKnown = true
      case .stale(let own): stale = stale ?? own
      case .none: break
      }
    }
    if let stale, !isKnown {
      throw ProfileError(
        "it is stale: \(task.name) was \(hexadecimal(task.contentHash)) when it was recorded"
          + " (\(task.path)), and is \(hexadecimal(stale.contentHash)) now")
    }
  }
  for recording in recordings { try recording.check(profile) }
  for index in recordings.indices { recordings[index].add(profile) }
}

extension UInt64 {
  /// Adds, and stays at the greatest number.
  mutating func add(_ other: UInt64) {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    self = isTooLarge ? .max : sum
  }
}

/// 16 lower-case digits, as profiles have them.
func hexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

/// The path behind its last `/`.
func baseName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
