import ReplicatedLog

/// What a backup knows of one replica while it runs.
struct Replica {
  enum Phase: Hashable {
    case open
    /// It has its footer.
    case closed
    /// The file is damaged; once so, always so.
    case corrupt
    /// The disk did not give it back. What is in it is found out when it does.
    case unreadable

    var isSound: Bool { self == .open || self == .closed }
  }

  var key: ReplicaKey
  var capacity: UInt32
  var phase: Phase
  /// Tells one that was made anew from the one before; 0: it was there at the start.
  var birth: UInt64 = 0
  /// That of its log, as the last write said.
  var durability = LogDurability.disk
  /// Image bytes taken in, certified or not.
  var received = 0
  /// CRC-32C of them.
  var crc: UInt32 = 0
  /// What is on the disk, and in which slot; nil when nothing is certified yet.
  var durable: ReplicaHeader.Slot?
  var durableIndex = 1
  /// The highest generation used.
  var generation: UInt64 = 0
  /// The highest replication version that a certificate came with, pending or durable.
  var version: UInt32 = 0
  /// What was written to the other slot, and is not known to be on the disk yet.
  var flushing: ReplicaHeader.Slot?
  /// The certificate that the next commit writes.
  var pending: Certificate?
  /// The next commit closes it.
  var closing = false
  /// The disk has room for the longest image, as this process has seen.
  var isReserved = false
  /// The file has its draft name until its first commit.
  var isDraft = false
  /// The file that has its name until then could not be read: it may be the last copy, and readable later.
  var replacesUnread = false
  /// Bytes or a certificate that came were dropped when it could not be read: until its owner opens it again,
  /// what it says of them is not true.
  var hasForgotten = false

  /// Bytes that may be read.
  var certified: UInt32 { phase.isSound ? durable?.certificate.length ?? 0 : 0 }

  var isSealed: Bool { phase == .closed || closing }

  /// The certified length once everything pending is on the disk.
  var promised: UInt32 { max(pending?.length ?? 0, written?.length ?? 0) }

  /// The newest certificate in the file.
  private var written: Certificate? { (flushing ?? durable)?.certificate }

  /// Whether all that came is on the disk.
  private var isDurable: Bool {
    pending == nil && flushing == nil && received == Int(durable?.certificate.length ?? 0)
  }

  /// What is left of it when its file cannot be served any more: nothing that is certified, but what was, which
  /// is to be found again.
  func damaged(_ phase: Phase) -> Replica {
    var damaged = Replica(key: key, capacity: capacity, phase: phase)
    damaged.isDraft = isDraft
    damaged.replacesUnread = replacesUnread
    damaged.hasForgotten = hasForgotten || !isDurable
    (damaged.durable, damaged.flushing) = (durable, flushing)
    return damaged
  }

  /// What was written to the other slot is on the disk.
  mutating func flushedSlot() {
    guard let slot = flushing else { return }
    durable = slot
    durableIndex = 1 - durableIndex
    flushing = nil
  }

  /// Whether what is found in the file is what was written there last.
  func has(_ slot: ReplicaHeader.Slot?) -> Bool {
    [durable, flushing ?? durable].contains {
      $0?.certificate == slot?.certificate && $0?.closed == slot?.closed
    }
  }

  /// What the next commit is to write for an open replica: neither the certified length nor the
  /// version ever decreases.
  mutating func promise(_ certificate: Certificate, version: UInt32, closing: Bool) {
    let isLonger = certificate.length > promised
    guard closing || isLonger || version > self.version else { return }
    if closing || isLonger || pending == nil {
      pending = closing || isLonger ? certificate : written ?? certificate
    }
    self.version = max(self.version, version)
    self.closing = closing
  }

  var state: ReplicaList.State {
    switch phase {
    case _ where replacesUnread: .unreadable
    case .open: .open
    case .closed: .closed
    case .corrupt: .corrupt
    case .unreadable: .unreadable
    }
  }
}
