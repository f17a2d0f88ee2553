import RulesRuntime

@main
struct Office {
  static func main() {
    let pool = PoolCore(name: "office", log: .standardError(label: "office"))
    let printer = Printer()
    let clearing = Clearing(printer)
    printer.clearing = clearing
    pool.add(printer)
    pool.add(clearing)

    func settle(_ what: String) {
      while pool.step() == .zero {}
      print("\(what): \(printer.sheets) sheets, taken \(clearing.tray)")
    }

    printer.add(7)
    printer.add(8)
    settle("no paper")
    printer.cover = .open
    printer.happened(.lift)
    printer.sheets = 3
    printer.happened(.fill)
    settle("open")
    printer.cover = .closed
    printer.happened(.close)
    settle("closed")
  }
}
