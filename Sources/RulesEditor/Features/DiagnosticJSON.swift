import RulesLanguage
import RulesOutput

/// A diagnostic as the protocol wants it. Notes without a place are further lines of the message;
/// those with one are related information.
func diagnosticJSON(_ diagnostic: Diagnostic, _ places: inout FilePlaces) -> JSONValue {
  let details = diagnostic.notes.filter { $0.position == nil }
  let lines = [diagnostic.message] + details.map { "\($0.title): \($0.text)" }
  var members: [JSONValue.Member] = [
    .init("range", places.word(at: diagnostic.position).json),
    .init("severity", diagnostic.severity == .error ? 1 : 2),
    .init("code", .string(diagnostic.code)),
    .init("source", "rulesc"),
    .init("message", .string(lines.joined(separator: "\n"))),
  ]
  if idleCodes.contains(diagnostic.code) { members.append(.init("tags", [1])) }
  var related: [JSONValue] = []
  for note in diagnostic.notes {
    guard let position = note.position, let uri = places.uri(of: position) else { continue }
    let text = note.title == "note" ? note.text : "\(note.title): \(note.text)"
    let location: JSONValue = ["uri": .string(uri), "range": places.word(at: position).json]
    related.append(["location": location, "message": .string(text)])
  }
  if !related.isEmpty { members.append(.init("relatedInformation", .array(related))) }
  return .object(members)
}

/// What editors may show faded: it has no effect.
private let idleCodes: Set<String> = ["unused-fact", "never-enabled", "shadowed-rule", "unreached"]
