/// Colours of a terminal, or none.
struct Palette {
  enum Colour: String {
    case bold = "1"
    case red = "1;31"
    case green = "1;32"
    case yellow = "1;33"
    case blue = "1;34"
  }

  let isColoured: Bool

  func callAsFunction(_ colour: Colour, _ text: String) -> String {
    isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
