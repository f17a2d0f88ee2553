import RulesLanguage

/// Figure 2 of the paper, resolved.
func figureTwo() throws -> Program {
  try Flagship.program([SourceFile(path: "FigureTwo.rules", text: FigureTwo.text)])
}
