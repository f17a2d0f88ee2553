#if TLS

  internal import Glibc
  internal import RulesRuntime

  /// A connection that is encrypted and whose both ends are known.
  ///
  /// It is open when the handshake is complete and the other end's certificate is in order; until then
  /// nothing is handed on. Memory is bounded: at most `maximumOutput` encrypted bytes wait to leave, and
  /// bytes are received only when OpenSSL needs them for what is asked of it.
  final class TLSConnection: IdentifiedConnection {
    let peer: String
    var onEvent: ((TransportEvent) -> Void)?
    private(set) var peerIdentity: PeerIdentity?
    var wantsToReceive = false { didSet { update() } }
    var wantsToSend = false { didSet { update() } }

    private enum State {
      case connecting, shaking, open
      case failed(SystemError)
      case closed
    }

    private let base: any TransportConnection
    private let session: TLSSession
    private let core: PoolCore
    private let policy: TLSPolicy
    private let acceptedRoles: Set<ClusterRole>
    private let scratch: TLSScratch
    private var state: State
    /// Encrypted bytes; those from `outputStart` on have not left.
    private var output: [UInt8] = []
    private var outputStart = 0
    /// Bytes received for the handshake.
    private var handshakeByteCount = 0
    private var deadline: PoolTimer?
    /// Tells of plain text that no event of the base tells of, because its bytes have been received.
    private var news: PoolTimer?
    /// Whether OpenSSL may have plain text without another byte.
    private var mayHavePlainText = false

    /// As many encrypted bytes wait to leave before no more are taken.
    private static let maximumOutput = 64 << 10
    /// More than any handshake with chains of sensible length.
    private static let maximumHandshakeByteCount = 128 << 10

    /// - Parameter isServer: the base is open then, and the handshake begins by `begin`.
    init(
      base: any TransportConnection, session: TLSSession, isServer: Bool, core: PoolCore,
      policy: TLSPolicy, scratch: TLSScratch
    ) {
      self.base = base
      self.session = session
      self.core = core
      self.policy = policy
      self.scratch = scratch
      peer = base.peer
      state = isServer ? .shaking : .connecting
      acceptedRoles = isServer ? policy.clientRoles : policy.serverRoles
      base.onEvent = { [weak self] in self?.handle($0) }
    }

    deinit { close() }

    /// Begins the handshake on a base that is open.
    func begin() {
      state = .shaking
      deadline = core.schedule(after: policy.handshakeTime) { [weak self] in
        guard let self, case .shaking = state else { return }
        tellFailure(error("no handshake within \(policy.handshakeTime)"))
      }
      shakeHands()
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
      if let refusal { return refusal }
      while true {
        let progress = session.read(into: buffer)
        // A change of keys is answered.
        if let failure = takeOutput() { return .failed(failure) }
        switch progress {
        case .done(let count):
          mayHavePlainText = session.hasInput
          tellNews()
          return .bytes(count)
        case .needsInput: mayHavePlainText = false
        case .ended: return .ended
        case .failed(let reason): return fail(error(reason))
        }
        switch fetch() {
        case .bytes: continue
        case .wouldBlock: return .wouldBlock
        case .ended: return fail(error("the connection ended without the peer saying so"))
        case .failed(let failure): return fail(failure)
        }
      }
    }

    func send(_ pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult {
      if let refusal { return refusal }
      if let failure = flush() { return .failed(failure) }
      var records = TLSRecords(pieces, scratch: scratch)
      var count = 0
      while output.count - outputStart < Self.maximumOutput, let record = records.next() {
        guard case .done(let written) = session.write(record), written == record.count else {
          return fail(error("encrypting failed"))
        }
        count += written
        session.takeOutput(into: &output, by: scratch)
      }
      if let failure = flush() { return .failed(failure) }
      return count > 0 ? .bytes(count) : .wouldBlock
    }

    func close() {
      if case .closed = state { return }
      if case .open = state {
        session.shutDown()
        session.takeOutput(into: &output, by: scratch)
        _ = flush()
      }
      state = .closed
      onEvent = nil
      deadline?.cancel()
      news?.cancel()
      base.close()
      output = []
    }

    // MARK: Events

    private func handle(_ event: TransportEvent) {
      switch (event, state) {
      case (.opened, .connecting): begin()
      case (.failed(let failure), _): tellFailure(failure)
      case (.readable, .shaking): receiveHandshake()
      case (.readable, .open): if wantsToReceive { onEvent?(.readable) }
      case (.writable, .shaking), (.writable, .open): makeRoom()
      default: break
      }
    }

    private func makeRoom() {
      if let failure = flush() { return tellFailure(failure) }
      if case .open = state, wantsToSend, output.isEmpty { onEvent?(.writable) }
    }

    private func receiveHandshake() {
      switch fetch() {
      case .bytes(let count):
        handshakeByteCount += count
        guard handshakeByteCount <= Self.maximumHandshakeByteCount else {
          return tellFailure(error("a handshake of too many bytes"))
        }
        shakeHands()
      case .wouldBlock: break
      case .ended: tellFailure(error("the peer closed the connection in the handshake"))
      case .failed(let failure): tellFailure(failure)
      }
    }

    private func shakeHands() {
      let progress = session.shakeHands()
      // When the handshake has failed, this tells the peer why.
      if let failure = takeOutput() { return tellFailure(failure) }
      switch progress {
      case .needsInput: update()
      case .done: open()
      case .ended: tellFailure(error("the peer closed the connection in the handshake"))
      case .failed(let reason): tellFailure(error(reason))
      }
    }

    private func open() {
      guard let identity = session.peerIdentity else {
        return tellFailure(error("the peer's certificate names no role, or several"))
      }
      guard acceptedRoles.contains(identity.role) else {
        return tellFailure(error("the peer, \(identity), has a role that is not accepted"))
      }
      deadline?.cancel()
      deadline = nil
      peerIdentity = identity
      state = .open
      mayHavePlainText = session.hasInput
      onEvent?(.opened)
      update()
    }

    /// Receives from the base, once, for OpenSSL.
    private func fetch() -> TransferResult {
      scratch.withBytes { buffer in
        let result = base.receive(into: buffer)
        if case .bytes(let count) = result {
          session.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        return result
      }
    }

    private func takeOutput() -> SystemError? {
      session.takeOutput(into: &output, by: scratch)
      // A peer that changes keys without end and receives nothing.
      guard output.count - outputStart <= 2 * Self.maximumOutput else {
        let failure = error("the peer does not receive")
        state = .failed(failure)
        return failure
      }
      return flush()
    }

    /// Sends what the base takes of what waits.
    private func flush() -> SystemError? {
      while outputStart < output.count {
        let result = output.withUnsafeBytes { bytes in
          var piece = UnsafeRawBufferPointer(rebasing: bytes[outputStart...])
          return withUnsafePointer(to: &piece) {
            base.send(UnsafeBufferPointer(start: $0, count: 1))
          }
        }
        switch result {
        case .bytes(let count): outputStart += count
        case .wouldBlock, .ended:
          update()
          return nil
        case .failed(let failure):
          state = .failed(failure)
          return failure
        }
      }
      output.removeAll(keepingCapacity: wantsToSend)
      outputStart = 0
      update()
      return nil
    }

    /// What is wanted of the base follows from the state and from what the owner wants.
    private func update() {
      let waits = outputStart < output.count
      switch state {
      case .shaking:
        base.wantsToReceive = true
        base.wantsToSend = waits
      case .open:
        base.wantsToReceive = wantsToReceive
        base.wantsToSend = waits || wantsToSend
        tellNews()
      case .connecting, .failed, .closed: break
      }
    }

    /// Level-triggered: as long as there is plain text and it is wanted, it is told once a turn.
    private func tellNews() {
      guard news == nil, wantsToReceive, mayHavePlainText else { return }
      news = core.schedule(after: .zero) { [weak self] in
        guard let self else { return }
        news = nil
        guard case .open = state, wantsToReceive, mayHavePlainText else { return }
        onEvent?(.readable)
        if case .open = state { tellNews() }
      }
    }

    // MARK: Failures

    private var refusal: TransferResult? {
      switch state {
      case .open: nil
      case .connecting, .shaking: .wouldBlock
      case .failed(let failure): .failed(failure)
      case .closed: .failed(SystemError(call: "use of \(peer)", errno: EBADF))
      }
    }

    private func error(_ reason: String) -> SystemError {
      SystemError(call: "TLS with \(peer): \(reason)", errno: 0)
    }

    private func fail(_ failure: SystemError) -> TransferResult {
      state = .failed(failure)
      return .failed(failure)
    }

    private func tellFailure(_ failure: SystemError) {
      state = .failed(failure)
      deadline?.cancel()
      base.wantsToReceive = false
      base.wantsToSend = false
      onEvent?(.failed(failure))
    }
  }

#endif  // TLS
