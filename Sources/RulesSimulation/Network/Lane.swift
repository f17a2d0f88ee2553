import Glibc
import RulesNetwork
import RulesRuntime

/// One direction of one connection: takes what one end sends through the faults of a link to the other
/// end. Nothing overtakes anything here but frames that are told to.
final class Lane {
  let link: Link
  private let senderEnd: MemoryConnection.End
  private var receiverEnd: MemoryConnection.End?
  /// Where things arrive, whether there is a receiver yet or not.
  let receiverCore: PoolCore
  private let senderCore: PoolCore
  private let network: MemoryNetwork
  /// The way back.
  private let reverse: Link
  /// What the client connected to, and whether this is what the client sends.
  private let service: NetworkAddress
  private let isFromClient: Bool
  private let frames: FrameFaults?
  /// Bytes that have passed the frames' faults.
  private var position = 0
  private var lastArrival = PoolInstant.distantPast
  /// Waiting at a blocked link.
  private var held: [Item] = []
  /// How often it has begun to hold.
  private var holds = 0
  /// Something was lost, so that nothing else can arrive.
  private var isDead = false
  /// The network has ended the connection.
  private var isCut = false
  private var isGivingUp = false

  /// How long a sender waits for a sign of life before it gives up, as TCP does.
  private static let patience = Duration.seconds(20)

  private struct Item {
    var bytes: Int
    var mark: UInt64
    /// A sign of life for the other direction only.
    var isCredit = false
    var body: (Lane) -> Void
  }

  init(
    network: MemoryNetwork, link: Link, reverse: Link, service: NetworkAddress,
    sender: MemoryConnection, receiver: MemoryConnection?, receiverCore: PoolCore
  ) {
    self.network = network
    self.link = link
    self.reverse = reverse
    self.service = service
    senderEnd = sender.end
    receiverEnd = receiver?.end
    self.receiverCore = receiverCore
    senderCore = sender.core
    isFromClient = receiver == nil
    frames = network.frameLength.map { FrameFaults(splitter: FrameSplitter(length: $0)) }
    link.add(self)
  }

  deinit { link.remove(self) }

  var sender: MemoryConnection? { senderEnd.connection }

  var receiver: MemoryConnection? {
    get { receiverEnd?.connection }
    set { receiverEnd = newValue?.end }
  }

  // MARK: - What ends send

  func send(_ bytes: [UInt8]) {
    guard !isCut else { return refuse() }
    guard let frames else { return emit(bytes, credit: bytes.count) }
    frames.add(bytes, to: self)
  }

  /// The end of the stream, or of what is sent to a stream that is no more.
  func sendEnd(isReset: Bool) {
    frames?.flush(to: self)
    transmit(mark: isReset ? 3 : 2) { lane in
      if isReset { lane.receiver?.breakOff() } else { lane.receiver?.noteEnd() }
    }
  }

  /// The receiver of the other direction has taken bytes, or they were dropped on their way to it.
  func sendCredit(_ count: Int) {
    transmit(
      Item(bytes: 0, mark: 4, isCredit: true, body: { $0.receiver?.addRoom(count) }))
  }

  /// Connecting and what comes of it.
  func sendSignal(_ body: @escaping () -> Void) {
    transmit(mark: 5) { _ in body() }
  }

  // MARK: - What happens to the link

  /// The link is free, or differently blocked.
  func blockChanged() {
    guard link.block != .held else { return }
    let items = held
    held = []
    for item in items { transmit(item) }
  }

  func conditionsChanged() {
    if !link.conditions.hasFrameFaults { frames?.flush(to: self) }
  }

  /// Both ends are told at once that the connection is no more.
  func breakBothEnds() {
    guard sender?.isInUse == true else { return }
    isCut = true
    link.counters.reset += 1
    for end in [sender, receiver] { end?.breakOff() }
  }

  // MARK: - Frames

  func releaseLateFrame(_ number: Int, after time: Duration) {
    senderCore.schedule(after: time) { [self] in
      frames?.releaseLate(number, to: self)
    }
  }

  /// Sends a frame once more on whatever connection to the same service is the newest then.
  func replayLater(_ frame: [UInt8], after time: Duration) {
    senderCore.schedule(after: time) { [self] in
      let newest = link.lanes.last {
        $0.service == service && $0.isFromClient == isFromClient && $0.isInUse
      }
      guard let newest, newest.frames?.replay(frame, to: newest) == true else { return }
      link.counters.replayed += 1
      if newest !== self { link.counters.replayedOnNewerConnection += 1 }
    }
  }

  private var isInUse: Bool { !isCut && !isDead && sender?.isInUse == true && receiver != nil }

  // MARK: - Bytes

  /// Cuts bytes into pieces and sends them, with the faults of streams.
  /// - Parameter credit: for how many bytes of the sender's they stand.
  func emit(_ bytes: [UInt8], credit: Int) {
    var rest = bytes[...]
    var credit = credit
    var pieces = 0
    while !rest.isEmpty, !isCut {
      let size = link.conditions.largestPiece.map {
        min(rest.count, link.random.number(1...max(1, $0), .piece))
      }
      var piece = Array(rest.prefix(size ?? rest.count))
      let trap = network.takeTrap(
        on: link, in: position..<position + piece.count)
      if let trap, trap.kind != .corrupt {
        piece = Array(piece.prefix(trap.byte - position))
      } else if let trap {
        corrupt(&piece, at: trap.byte - position)
      }
      rest = rest.dropFirst(piece.count)
      let share = min(credit, piece.count)
      credit -= share
      pieces += 1
      transmit(piece, credit: share)
      if let trap, trap.kind != .corrupt { cut(isReset: trap.kind == .reset) }
    }
    if pieces > 1 { link.counters.cut += 1 }
    if credit > 0, !isCut { sender?.addRoom(credit) }
  }

  private func transmit(_ piece: [UInt8], credit: Int) {
    guard !piece.isEmpty else { return }
    position += piece.count
    link.counters.pieces += 1
    link.counters.bytes += piece.count
    guard link.conditions.hasPieceFaults else { return transmitWhole(piece, credit: credit) }
    var piece = piece
    if link.random.chance(link.conditions.corruptionRate, .corruption) {
      corrupt(&piece, at: link.random.number(0...piece.count - 1, .corruption))
    }
    transmitWhole(piece, credit: credit)
    if link.random.chance(link.conditions.closeRate, .close) {
      cut(isReset: false)
    } else if link.random.chance(link.conditions.resetRate, .reset) {
      cut(isReset: true)
    }
  }

  private func transmitWhole(_ piece: [UInt8], credit: Int) {
    let mark = UInt64(piece[0]) << 16 | UInt64(piece[piece.count - 1]) << 8 | 1
    transmit(bytes: piece.count, mark: mark) { lane in
      if lane.receiver?.arrived(piece, credit: credit) != true { lane.refuse() }
    }
  }

  private func corrupt(_ piece: inout [UInt8], at index: Int) {
    let bit = link.random.number(0...7, .corruption)
    piece[index] ^= 1 << bit
    link.counters.corrupted += 1
    network.note(link, mark: UInt64(index) << 8 | UInt64(bit)) { "a bit is flipped" }
  }

  /// The network ends the connection after what was sent so far.
  private func cut(isReset: Bool) {
    guard !isCut else { return }
    isCut = true
    if isReset { link.counters.reset += 1 } else { link.counters.closed += 1 }
    network.note(link, mark: isReset ? 6 : 7) { isReset ? "connection reset" : "connection closed" }
    sendEnd(isReset: isReset)
    let sender = sender
    if isReset { sender?.breakOff() } else { sender?.noteEnd() }
  }

  /// Whoever sends to an end that is no more gets a reset, if the other host can say so.
  private func refuse() {
    guard reverse.block == nil, !network.hasVanished(link.to), !network.hasVanished(link.from)
    else { return }
    senderCore.schedule(after: reverse.delay()) { [self] in sender?.breakOff() }
  }

  // MARK: - Under way

  private func transmit(bytes: Int = 0, mark: UInt64, _ body: @escaping (Lane) -> Void) {
    transmit(Item(bytes: bytes, mark: mark, body: body))
  }

  private func transmit(_ item: Item) {
    if network.hasVanished(link.from) || network.hasVanished(link.to) {
      // The connection is not dead: a host that is back says that it knows none.
      link.counters.lost += 1
      return giveUpLater(after: Self.patience)
    }
    if isDead || link.block == .lost { return lose(item) }
    if link.block == .held { return hold(item) }
    let now = senderCore.now
    lastArrival = max(link.arrival(of: item.bytes, now: now), lastArrival)
    network.mark(link, at: lastArrival, item.mark &+ UInt64(item.bytes) << 24)
    receiverCore.schedule(after: lastArrival - receiverCore.now) { item.body(self) }
  }

  private func hold(_ item: Item) {
    link.counters.held += 1
    held.append(item)
    guard held.count == 1 else { return }
    holds += 1
    // Not weakly: what was sent before its end was closed and released still has to arrive.
    senderCore.schedule(after: Self.patience) { [self, holds] in
      guard self.holds == holds else { return }
      let items = held
      held = []
      for item in items { lose(item, after: .zero) }
    }
  }

  /// - Parameter time: how long whoever misses an answer still waits for it.
  private func lose(_ item: Item, after time: Duration = patience) {
    link.counters.lost += 1
    if item.isCredit {
      receiver?.outgoing?.giveUpLater(after: time)
    } else if !isDead {
      isDead = true
      network.note(link, mark: 8) { "something is lost" }
      giveUpLater(after: time)
    }
  }

  /// The sender learns by itself that nobody answers.
  func giveUpLater(after time: Duration) {
    guard !isGivingUp else { return }
    isGivingUp = true
    senderCore.schedule(after: time) { [self] in
      sender?.fail(errno: ETIMEDOUT)
    }
  }
}
