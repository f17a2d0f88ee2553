import ReplicatedLog

/// The name of a replica's file: `LOG-SEGMENT-EPOCH.replica`, in hexadecimal, so that an operator
/// finds the file of a replica and the files of one log sort together.
package enum ReplicaFileName {
  /// What every finished replica's name ends with.
  package static let suffix = ".replica"
  /// A file that is being made has this after its name until its header is on the disk.
  package static let draftSuffix = ".replica.new"

  /// The name of a finished replica.
  package static func name(of key: ReplicaKey) -> String {
    stem(of: key) + suffix
  }

  /// The name of a replica that is being made.
  package static func draft(of key: ReplicaKey) -> String {
    stem(of: key) + draftSuffix
  }

  /// nil when it is not exactly the name of a replica.
  package static func key(of name: String) -> ReplicaKey? { key(of: name, endingIn: suffix) }

  /// nil when it is not exactly the name of a draft.
  package static func key(ofDraft name: String) -> ReplicaKey? {
    key(of: name, endingIn: draftSuffix)
  }

  private static func key(of name: String, endingIn suffix: String) -> ReplicaKey? {
    var name = name
    return name.withUTF8 { bytes in
      guard bytes.count == 42 + suffix.utf8.count, bytes[16] == dash, bytes[33] == dash,
        bytes[42...].elementsEqual(suffix.utf8), let log = number(bytes[..<16]),
        let segment = number(bytes[17..<33]), let epoch = number(bytes[34..<42])
      else { return nil }
      return ReplicaKey(log: log, segment: segment, epoch: UInt32(truncatingIfNeeded: epoch))
    }
  }

  private static let dash = UInt8(ascii: "-")

  /// What at most sixteen lower-case hexadecimal digits stand for; nil when they are something else.
  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    var number: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit & 0xf)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit & 0xf) + 9
      default: return nil
      }
    }
    return number
  }

  private static func stem(of key: ReplicaKey) -> String {
    String(unsafeUninitializedCapacity: 42) { bytes in
      // Sound: all 42 bytes are written before they count.
      var end = 0
      append(key.log, 16)
      bytes[end] = dash
      end += 1
      append(key.segment, 16)
      bytes[end] = dash
      end += 1
      append(UInt64(key.epoch), 8)
      return end

      func append(_ value: UInt64, _ digits: Int) {
        for digit in (0..<digits).reversed() {
          bytes[end] = hexadecimal[Int(value >> (4 * UInt64(digit)) & 0xf)]
          end += 1
        }
      }
    }
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)
}
