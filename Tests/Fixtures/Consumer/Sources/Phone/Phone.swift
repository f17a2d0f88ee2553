import RulesRuntime

@main
struct Phone {
  static func main() {
    let pool = PoolCore(name: "phone", log: .standardError(label: "phone"))
    let connection = Connection()
    pool.add(connection)

    /// Turns until nothing is left to do, then says how things stand.
    func settle(_ what: String) {
      while pool.step() == .zero {}
      print("\(what): link \(connection.link), dialled \(connection.dialled) times")
    }

    settle("idle")
    connection.wanted = true
    connection.happened(.want)
    settle("wanted")
    connection.link = .down
    connection.happened(.answered)
    settle("no answer")
    connection.link = .up
    connection.happened(.answered)
    settle("answered")
    connection.wanted = false
    connection.happened(.want)
    settle("not wanted")
  }
}
