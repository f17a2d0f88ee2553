func median(_ values: [UInt32]) -> Double {
  Double(values.sorted()[values.count / 2])
}

func median(_ values: [Double]) -> Double {
  values.sorted()[values.count / 2]
}

/// `12.3`
func tenths(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

func report(_ name: String, _ value: String, ratio: Double? = nil) {
  var text = name + String(repeating: " ", count: max(1, 50 - name.count)) + value
  if let ratio {
    let hundredths = Int((ratio * 100).rounded())
    text += ", ratio \(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
  print(text)
}
