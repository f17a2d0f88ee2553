import RulesLanguage

/// What clauses are about: a task itself (`Segment`) or one of its eaches (`Segment.replica`).
package struct Scope: Sendable {
  /// The program that it is in.
  package let program: Program
  /// The task.
  package let task: TaskModel
  /// The each; nil for the task itself.
  package let each: EachModel?
  /// The each of another task that this one ranges over, and that task.
  package let foreign: (task: TaskModel, each: EachModel)?

  package init(_ program: Program, _ task: TaskModel, _ each: EachModel?) {
    self.program = program
    self.task = task
    self.each = each
    if case .each(let foreignTask, let foreignEach)? = each?.element,
      let task = program.task(foreignTask), let each = task.each(foreignEach)
    {
      foreign = (task, each)
    } else {
      foreign = nil
    }
  }

  /// Every scope of the program: tasks in order, each with itself first, then its eaches.
  package static func all(of program: Program) -> [Scope] {
    program.tasks.flatMap { task in
      [Scope(program, task, nil)] + task.eaches.map { Scope(program, task, $0) }
    }
  }

  /// `Segment`, `Segment.replica`
  package var name: String { task.name + (each.map { "." + $0.name } ?? "") }
  /// What stands directly in it.
  package var body: ScopeBody { each?.body ?? task.body }
  /// Where its name stands.
  package var position: SourcePosition { each?.position ?? task.position }
  /// Its rules, waits and goals in text order.
  package var clauses: [ClauseModel] { body.clauses }

  /// The invariants of its states: the task's, then the each's own.
  package var always: [AlwaysModel] { task.body.always + (each?.body.always ?? []) }
}

extension Program {
  /// The task of a name.
  package func task(_ name: String) -> TaskModel? { tasks.first { $0.name == name } }
  /// The enum of a name.
  package func enumeration(_ name: String) -> EnumModel? { enums.first { $0.name == name } }
}

extension TaskModel {
  /// The each of a name.
  package func each(_ name: String) -> EachModel? { eaches.first { $0.name == name } }
  /// The related of a name.
  package func related(_ name: String) -> RelatedModel? { relateds.first { $0.name == name } }
}

extension ScopeBody {
  /// The define of a name.
  package func define(_ name: String) -> DefineModel? { defines.first { $0.name == name } }
  /// The fact of this name, or the chain that has it as a member.
  package func variable(_ name: String) -> VariableModel? {
    variables.first { variable in
      if case .chain(let members, _) = variable.kind { return members.contains(name) }
      return variable.name == name
    }
  }
}
