/// A trace with its last line: the hash of all before it.
func trace(_ lines: [String]) -> String {
  let text = lines.map { $0 + "\n" }.joined()
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  let digits = String(hash, radix: 16)
  return text + "end " + String(repeating: "0", count: 16 - digits.count) + digits + "\n"
}

/// What a pool of the lamp's rules recorded: it was wanted and lit, broke, was repaired and lit
/// again. Words: bit 0 `wanted`, bit 1 `on`, bit 2 `bulb`.
let lampTrace = [
  "swift-rules trace 1",
  "process house 42",
  "pool lamps",
  "task 0 Lamp 00000000000000aa Lamp.rules",
  "scope 0 0 Lamp 6",
  "fact 0 0 0 1 wanted | false | true",
  "fact 0 0 1 1 on | false | true",
  "fact 0 0 2 1 bulb | good | broken",
  "leaf 0 0 0 rule 9 Light",
  "leaf 0 0 1 rule 13 Dim",
  "leaf 0 0 2 wait 17 Repair",
  "leaf 0 0 3 goal 18 goal",
  "subject 7 lamp of the kitchen",
  "lost 2",
  "fire 2 1000000000 0 0 7 0 1",
  "fire 3 1500000000 0 0 7 0 1",
  "fire 4 2000000000 0 0 7 1 2",
  "now 0 0 7 3 0",
]
