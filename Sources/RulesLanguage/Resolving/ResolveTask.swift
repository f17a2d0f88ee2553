extension Resolver {
  mutating func resolveTask(_ index: Int) -> TaskModel {
    let syntax = taskTrees[index]
    let scope = ScopeID(task: index, each: nil)
    var task = TaskModel(name: syntax.name.text, doc: syntax.doc, position: syntax.name.position)
    for parameter in syntax.parameters {
      record(.parameter, parameter.name, in: syntax.name.text, isDeclaration: true)
    }
    task.parameters = syntax.parameters.map {
      ParameterModel(name: $0.name.text, type: $0.type.text, isOptional: $0.isOptional)
    }
    task.relateds = syntax.body.relateds.map { resolveRelated($0, view(scope)) }
    task.body = resolveBody(syntax.body, scope)
    task.eaches = syntax.body.eaches.indices.map {
      resolveEach(syntax.body.eaches[$0], ScopeID(task: index, each: $0))
    }
    return task
  }

  private mutating func resolveEach(_ syntax: EachSyntax, _ scope: ScopeID) -> EachModel {
    let element: EachModel.Element =
      if let each = syntax.element.rest.first {
        .each(task: syntax.element.first.text, each: each.text)
      } else {
        .swift(type: syntax.element.text)
      }
    return EachModel(
      name: syntax.name.text, element: element, collection: syntax.collection, doc: syntax.doc,
      position: syntax.name.position, body: resolveBody(syntax.body, scope))
  }

  private mutating func resolveBody(_ syntax: BodySyntax, _ scope: ScopeID) -> ScopeBody {
    let view = view(scope)
    var body = ScopeBody()
    body.variables = variables[scope] ?? []
    body.defines = syntax.defines.map { resolveDefine($0, view) }
    body.always = syntax.always.map {
      AlwaysModel(
        label: $0.label, condition: resolveAlone($0.condition, view, .always, at: $0.position),
        text: $0.text, position: $0.position)
    }
    body.events = syntax.events.map { resolveEvent($0, view) }
    body.clauses = resolveClauses(syntax.clauses, view)
    return body
  }

  private mutating func resolveDefine(_ syntax: DefineSyntax, _ view: View) -> DefineModel {
    let define = PurityChecks.Define(scope: view.scope, name: syntax.name.text)
    purity.current = PurityChecks.Uses()
    compared = nil
    let condition = resolve(syntax.condition, view, .clause)
    if purity.uses[define] == nil {
      purity.uses[define] = purity.current
      purity.order.append((define, syntax.name.position))
    }
    return DefineModel(
      name: syntax.name.text, condition: condition, isStable: syntax.isStable, doc: syntax.doc,
      position: syntax.name.position)
  }
}
