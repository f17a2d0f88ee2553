import RulesAnalysis
import RulesLanguage

/// A simulation that somebody steps through, line by line: a line in, text out.
public struct SimulationSession: Sendable {
  /// What a line led to.
  public struct Response: Sendable {
    /// What to show; every line ended.
    public var text: String
    public var isOver = false
  }

  var simulation: Simulation
  let paint: Palette
  /// What the scope is asked for `why`; nil for several instances.
  let inquiry: Inquiry?
  /// Whether a state was met that no clause handles, or that two rules do.
  public private(set) var hasFindings = false

  /// Whether there is a state to begin in.
  public var canBegin: Bool { !simulation.initialStates.isEmpty }

  /// Steps one scope, `Segment.replica`.
  public init(_ program: Program, scope: String, isColoured: Bool = false) throws {
    simulation = try Simulation(program, scope: scope)
    inquiry = try Inquiry(program, scope: scope)
    paint = Palette(isColoured: isColoured)
  }

  /// Steps the instances of an `explore` of a pool.
  ///
  /// - Parameter number: which of the pool's, from 0.
  public init(
    _ program: Program, pool: PoolModel, explore number: Int, isColoured: Bool = false
  ) throws {
    simulation = try Simulation(program, pool: pool, explore: number)
    inquiry = nil
    paint = Palette(isColoured: isColoured)
  }

  /// What is shown before the first line is read.
  public mutating func opening() -> String {
    let count = simulation.initialStates.count
    let more = count > 1 ? " (the first of \(count); `start` lists them)" : ""
    return paint(.bold, simulation.name) + ", an initial state\(more)\n" + stateText() + "\n"
      + position()
  }

  /// Does what a line asks for. Empty lines do nothing.
  public mutating func respond(to line: String) -> Response {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first else { return Response(text: "") }
    let rest = words.dropFirst().joined(separator: " ")
    if let number = Int(first), rest.isEmpty { return Response(text: take(number: number)) }
    switch first {
    case "quit", "q", "exit": return Response(text: "", isOver: true)
    case "help", "h", "?": return Response(text: Self.help)
    case "undo", "u": return Response(text: undo())
    case "state", "s": return Response(text: stateText())
    case "list", "l": return Response(text: position())
    case "goal", "g": return Response(text: goal())
    case "why", "w": return Response(text: why())
    case "trace", "t": return Response(text: trace())
    case "start": return Response(text: start(rest))
    case "run", "r": return Response(text: run(rest))
    default: return Response(text: take(name: words.joined(separator: " ")))
    }
  }

  static let help = """
      NUMBER  take what the list says under this number
      NAME    the same by its name, `R1`, where it has one outcome
      list    what can happen now
      state   the whole state
      why     why this clause wins here, and no other one
      goal    a shortest way to the goal
      undo    take the last step back
      trace   the steps so far
      run N   N steps at random; `run N SEED` the same ones again
      start   the initial states; `start N` begins in one of them
      quit    end, as the end of input does

    """

  // MARK: Steps

  /// The list's lines: a number for each outcome.
  var offers: [(choice: Simulation.Choice, outcome: Simulation.Choice.Outcome)] {
    simulation.choices.flatMap { choice in choice.outcomes.map { (choice, $0) } }
  }

  private mutating func take(number: Int) -> String {
    let offers = offers
    guard offers.indices.contains(number - 1) else {
      return offers.isEmpty
        ? "nothing can happen here\n" : "there is no \(number); `list` shows 1 to \(offers.count)\n"
    }
    return take(offers[number - 1].choice, offers[number - 1].outcome)
  }

  private mutating func take(name: String) -> String {
    let offers = offers
    let matching = offers.indices.filter { offers[$0].choice.name == name }
    if let only = matching.first, matching.count == 1 {
      return take(offers[only].choice, offers[only].outcome)
    }
    if !matching.isEmpty {
      let numbers = matching.map { String($0 + 1) }.joined(separator: ", ")
      return "\(name) has \(matching.count) outcomes: take \(numbers)\n"
    }
    if let reason = reasonAgainst(name) { return reason }
    let commands = [
      "undo", "goal", "why", "state", "list", "trace", "run", "start", "help", "quit",
    ]
    let near = nearestName(to: name, among: offers.map(\.choice.name) + commands)
    return "`\(name)` cannot happen here, and is no command; "
      + (near.map { "did you mean `\($0)`?" } ?? "try `help`") + "\n"
  }

  mutating func take(
    _ choice: Simulation.Choice, _ outcome: Simulation.Choice.Outcome
  ) -> String {
    simulation.take(choice, outcome)
    return stepLine(simulation.stepCount, choice, outcome) + "\n" + position()
  }

  /// `3. R3: header == committed, rpc == idle`
  func stepLine(
    _ number: Int, _ choice: Simulation.Choice, _ outcome: Simulation.Choice.Outcome
  ) -> String {
    let step = paint(.bold, "\(number). \(choice.name)")
    return choice.name.contains(" becomes ") ? step : "\(step): \(outcomeText(outcome))"
  }

  private mutating func undo() -> String {
    guard let step = simulation.undo() else { return "this is where it began\n" }
    return "took back \(step.move)\n" + position()
  }

  private mutating func start(_ argument: String) -> String {
    let count = simulation.initialStates.count
    if let number = Int(argument) {
      guard (1...max(count, 1)).contains(number), count > 0 else {
        return "there \(count == 1 ? "is 1 initial state" : "are \(count) initial states")\n"
      }
      simulation.begin(in: number - 1)
      return stateText() + "\n" + position()
    }
    guard argument.isEmpty else { return "`start` or `start N`\n" }
    var text = ""
    for (index, word) in simulation.initialStates.prefix(Self.listed).enumerated() {
      text += "  \(index + 1)  \(openText(word))\n"
    }
    if count > Self.listed { text += "  and \(count - Self.listed) more\n" }
    return text
  }

  /// The most lines of a list.
  static let listed = 40

  /// Notes what was met.
  mutating func note(_ standings: [Simulation.Standing]) {
    if standings.contains(where: {
      $0.stateClass.kind == .unhandled || $0.stateClass.kind == .overlap
    }) {
      hasFindings = true
    }
  }
}
