/// A frame as received: its checksums hold.
struct Frame: Hashable, Sendable {
  var header: FrameHeader
  var body: [UInt8]
}
