import Glibc

/// Writes the text of traces inside the handler of a fatal signal: plain memory, `open`, `write` and
/// `close`, no allocation, no lock.
struct CrashWriter {
  private static let size = 16_384

  private let buffer: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var file: Int32 = -1
  private var hash = fnv1aSeed
  private var hasFailed = false

  /// Allocates: long before it is needed.
  init() { buffer = .allocate(capacity: Self.size) }

  /// One pool's trace. Skipped when the file cannot be made.
  mutating func write(
    _ block: UnsafeMutablePointer<CrashTrace.Block>, signal: Int32,
    words kindWords: UnsafeMutablePointer<UnsafeMutableBufferPointer<UInt8>>
  ) {
    mkdir(block.pointee.folder, 0o777)
    file = open(block.pointee.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { return }
    (count, hash, hasFailed) = (0, fnv1aSeed, false)
    let head = block.pointee.head
    put(head.pointee.text.baseAddress, head.pointee.text.count)
    put("signal ")
    put(decimal: UInt64(UInt32(bitPattern: signal)))
    put("\n")
    put(block.pointee.names.pointee.bytes, block.pointee.names.pointee.count)
    putFirings(of: block, kindWords)
    let end = hash
    put("end ")
    putPadded(end)
    put("\n")
    flush()
    close(file)
  }

  private mutating func putFirings(
    of block: UnsafeMutablePointer<CrashTrace.Block>,
    _ kindWords: UnsafeMutablePointer<UnsafeMutableBufferPointer<UInt8>>
  ) {
    let engine = block.pointee.engine
    let (total, capacity) = (engine.pointee.trace.total, UInt64(engine.pointee.trace.capacity))
    // The oldest one may be the one that is just overwritten.
    let kept = total < capacity ? total : capacity &- 1
    put("lost ")
    put(decimal: total &- kept)
    put("\n")
    guard capacity > 0, let records = engine.pointee.trace.records else { return }
    var sequence = total &- kept
    while sequence < total {
      let index = Int(sequence % capacity)
      let record = records[index]
      // Other threads go on: what they have overwritten is left out.
      if record.lap == UInt16(truncatingIfNeeded: sequence / capacity),
        let scope = block.pointee.head.pointee.scope(of: record)
      {
        put(record, sequence)
        putState(record, index, scope, engine)
        put(" ? ")
        putCause(record.cause, kindWords)
      }
      sequence &+= 1
    }
  }

  private mutating func put(_ record: TraceRing.Record, _ sequence: UInt64) {
    put("fire ")
    put(decimal: sequence)
    put(" ")
    if record.time.nanoseconds < 0 { put("-") }
    put(decimal: record.time.nanoseconds.magnitude)
    put(" ")
    put(decimal: UInt64(record.kind))
    put(" ")
    put(decimal: UInt64(record.scope))
    put(" ")
    put(decimal: record.subjectID)
    put(" ")
    put(decimal: UInt64(record.leaf))
    put(" ")
  }

  private mutating func putState(
    _ record: TraceRing.Record, _ index: Int, _ scope: CrashHead.Scope,
    _ engine: UnsafeMutablePointer<Engine>
  ) {
    guard scope.words > 1, let words = engine.pointee.trace.words,
      engine.pointee.trace.wordCount >= scope.words
    else { return put(hexadecimal: record.word.bits) }
    let start = words + index * engine.pointee.trace.wordCount
    var word = 0
    while word < scope.words {
      if word > 0 { put(":") }
      put(hexadecimal: start[word])
      word += 1
    }
  }

  private mutating func putCause(
    _ cause: PackedCause, _ kindWords: UnsafeMutablePointer<UnsafeMutableBufferPointer<UInt8>>
  ) {
    let kind = Int(cause.bits >> 60)
    let word = kindWords[kind > 0 && kind < PackedCause.kindLimit ? kind : 1]
    put(word.baseAddress, word.count)
    put(" ")
    if cause.originBits == 0 { put("-") } else { put(decimal: cause.originBits &- 1) }
    put(" ")
    put(decimal: cause.bits >> 52 & 0xff)
    put("\n")
  }

  // MARK: - Bytes

  private mutating func put(_ text: StaticString) {
    put(text.utf8Start, text.utf8CodeUnitCount)
  }

  private mutating func put(_ bytes: UnsafePointer<UInt8>?, _ length: Int) {
    guard let bytes else { return }
    var index = 0
    while index < length {
      put(bytes[index])
      index += 1
    }
  }

  private mutating func put(_ byte: UInt8) {
    if count == Self.size { flush() }
    buffer[count] = byte
    count += 1
    hash = (hash ^ UInt64(byte)) &* fnv1aPrime
  }

  private mutating func put(decimal number: UInt64) {
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor &*= 10 }
    while divisor > 0 {
      put(UInt8(truncatingIfNeeded: 48 &+ number / divisor % 10))
      divisor /= 10
    }
  }

  private mutating func put(hexadecimal number: UInt64) {
    var shift: UInt64 = 60
    while shift > 0, number >> shift == 0 { shift &-= 4 }
    putDigits(number, from: shift)
  }

  private mutating func putPadded(_ number: UInt64) { putDigits(number, from: 60) }

  private mutating func putDigits(_ number: UInt64, from highest: UInt64) {
    var shift = Int(highest)
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift) & 15)
      put(digit < 10 ? 48 &+ digit : 87 &+ digit)
      shift -= 4
    }
  }

  private mutating func flush() {
    var written = 0
    while written < count, !hasFailed {
      let length = Glibc.write(file, buffer + written, count - written)
      if length > 0 { written += length } else if errno != EINTR { hasFailed = true }
    }
    count = 0
  }
}
