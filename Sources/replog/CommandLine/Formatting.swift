/// Text for people: aligned columns, sizes and rates with few digits.
extension String {
  /// Filled with spaces on the right; never cut.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// Filled with spaces on the left; never cut.
  func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}

/// `12.3`: rounded to so many digits after the point.
func decimal(_ value: Double, digits: Int = 1) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "-" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int((value * scale).rounded())
  let whole = String(abs(scaled) / Int(scale))
  let fraction = String(abs(scaled) % Int(scale))
  let sign = scaled < 0 ? "-" : ""
  if digits == 0 { return sign + whole }
  return sign + whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// `21.0 MB`, `340 KB`, `12 bytes`: decimal units, 1 MB is 1,000,000 bytes.
func byteCount(_ bytes: Int) -> String {
  switch bytes {
  case ..<10_000: "\(grouped(bytes)) \(bytes == 1 ? "byte" : "bytes")"
  case ..<1_000_000: "\(bytes / 1000) KB"
  default: "\(decimal(Double(bytes) / 1e6)) MB"
  }
}

/// `8 MiB`, `240 KiB`, `1,000 bytes`: binary units, for sizes that are chosen in them.
func binaryCount(_ bytes: Int) -> String {
  if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20) MiB" }
  if bytes >= 1 << 10, bytes % (1 << 10) == 0 { return "\(bytes >> 10) KiB" }
  return byteCount(bytes)
}

/// `1,234,567`.
func grouped(_ number: Int) -> String {
  var text = ""
  for (index, digit) in String(abs(number)).reversed().enumerated() {
    if index > 0, index % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + String(text.reversed())
}

/// `1 record`, `2 records`, `1,234 records`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
}

/// Lines of at most so many characters, broken at spaces.
func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = "\(last) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

/// Megabytes a second, `14.2 MB/s`; `-` when no time has passed.
func rate(_ bytes: Int, in duration: Duration) -> String {
  let seconds = duration.inSeconds
  return seconds > 0 ? "\(decimal(Double(bytes) / 1e6 / seconds)) MB/s" : "-"
}

extension Duration {
  /// As a floating-point number of seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
