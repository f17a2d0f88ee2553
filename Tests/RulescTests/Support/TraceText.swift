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

/// The same in version 2, with causes: the lamp's firings follow each other, the last one answers what
/// the one before began, and wakes the lamp of the hall.
let causedTrace =
  ["swift-rules trace 2"] + lampTrace[1..<12]
  + [
    "cause 1 switch", "subject 7 lamp of the kitchen", "subject 8 lamp of the hall", "lost 2",
    "fire 2 1000000000 0 0 7 0 1 1 firing 1 0",
    "fire 3 1500000000 0 0 7 0 1 2 firing 2 0",
    "fire 4 2000000000 0 0 7 1 2 0 reply 3 1",
    "fire 5 2000001000 0 0 8 0 1 ? firing 4 0",
    "now 0 0 7 3 0",
  ]
