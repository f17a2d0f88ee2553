import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A damaged replica")
struct ReplicaDamageTests {
  private let directory: TemporaryDirectory
  private let lines = LogLines()
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  private func makeStore() throws -> ReplicaStore {
    try ReplicaStore(directory: directory.path, syncs: false, log: lines.log)
  }

  /// Wherever certified data, the identity or the certificate in force of an open replica lie.
  static let spots = [
    ReplicaHeader.size, ReplicaHeader.size + 50, ReplicaHeader.size + 1_999, 0, 9, 13, 35, 36,
  ]

  @Test(
    "An image that is read in pieces is verified once, and again when it is read anew or has grown")
  func pieces() throws {
    let faulty = FaultyFiles()
    let image = ReplicaImage(count: 3_000)
    let store = try ReplicaStore(
      directory: directory.path, files: faulty.files, syncs: false, log: lines.log)
    try store.put(.open, image, 0..<1_000)
    func read(_ range: Range<Int>) throws -> Int {
      let before = faulty.count(of: .read)
      #expect(try store.read(image.read(range)) == Array(image.bytes[range]))
      return faulty.count(of: .read) - before
    }
    let whole = try read(0..<400)
    #expect(whole > 1)
    #expect(try [read(400..<700), read(700..<1_000)] == [1, 1])
    #expect(try read(700..<1_000) == whole)
    #expect(try read(0..<400) == whole)
    try store.put(.data, image, 1_000..<3_000)
    #expect(try read(400..<700) == whole)
    #expect(try read(0..<400) == whole)
    #expect(try read(400..<3_000) == 1)
  }

  @Test("that is read in the longest pieces is read once, and its last piece is never served")
  func longPieces() throws {
    let faulty = FaultyFiles()
    let (piece, count) = (ReadReplica.maximumLength, 2 * ReadReplica.maximumLength + 50_000)
    var image = ReplicaImage(count: count)
    image.capacity = UInt32(count)
    let store = try ReplicaStore(
      directory: directory.path, files: faulty.files, syncs: false, log: lines.log)
    try store.put(.open, image, 0..<count)
    func read(_ range: Range<Int>) throws -> Bool {
      try store.read(image.read(range)) == Array(image.bytes[range])
    }
    let before = faulty.count(of: .read)
    #expect(try read(0..<piece) && read(piece..<2 * piece) && read(2 * piece..<count))
    // The header, and each piece.
    #expect(faulty.count(of: .read) == before + 4)
    // Begun anew, or not from the start.
    #expect(try read(100..<200))
    #expect(try read(0..<piece) && read(0..<piece) && read(piece..<2 * piece))

    try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + piece + 5)
    _ = try store.read(image.read(0..<piece))
    _ = try store.read(image.read(piece..<2 * piece))
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(2 * piece..<count)) } == .corrupt)
    #expect(store.list(nil).map(\.state) == [.corrupt])
  }

  @Test("is never served, and listed as corrupt from then on", arguments: spots)
  func flippedBit(offset: Int) throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<2_000)
    _ = try store.read(image.read(0..<10))
    try directory.flipBit(of: image.fileName, at: offset)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .corrupt)
    #expect(
      store.list(nil) == [.init(key: image.key, state: .corrupt, certified: 0, crc: 0, version: 0)])
    #expect(lines.contains("corrupt", image.fileName))
    // Healing by itself does not happen.
    try directory.flipBit(of: image.fileName, at: offset)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .corrupt)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 2_000..<2_100) } == .corrupt)
    // But its owner may make it anew.
    try store.put(.open, image, 0..<100)
    #expect(try store.read(image.read(0..<100)) == Array(image.bytes[..<100]))
  }

  @Test("is found when its owner's bytes are not those that are there: the owner is not to blame")
  func notTheOwnersFault() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<2_000, certified: false)
    var other = image
    other.bytes[150] ^= 1
    #expect(ReplicaStore.refusal { try store.put(.data, other, 100..<2_000) } == .badWrite)
    try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + 150)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 100..<2_000) } == .corrupt)
    #expect(store.list(nil).map(\.state) == [.corrupt])
  }

  @Test("that is found before what was written to it is on the disk makes no promise")
  func foundBeforeTheCommit() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.take(.data, image.write(100..<200), Array(image.bytes[100..<200]))
    #expect(store.refusal(ofWriteTo: image.key) == nil)
    try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + 5)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .corrupt)
    try store.commit()
    guard case .refused(.corrupt, _) = store.refusal(ofWriteTo: image.key) else {
      Issue.record("a writer would be told that its bytes are safe")
      return
    }
  }

  @Test("is found at start-up, listed and left alone", arguments: spots)
  func flippedBitAtRest(offset: Int) throws {
    var store = try makeStore()
    try store.putWhole(image)
    store.close()
    try directory.flipBit(of: image.fileName, at: offset)
    let damaged = try directory.bytes(of: image.fileName)
    store = try makeStore()
    #expect(
      store.list(nil) == [.init(key: image.key, state: .corrupt, certified: 0, crc: 0, version: 0)])
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .corrupt)
    #expect(lines.contains("corrupt", image.fileName))
    #expect(try directory.bytes(of: image.fileName) == damaged)
  }

  @Test("whose certificate is damaged while it is open is not served")
  func flippedCertificate() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<2_000)
    try directory.flipBit(of: image.fileName, at: ReplicaHeader.slotOffsets[1] + 9)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .corrupt)
  }

  @Test("that is closed survives the loss of one of its two certificates, not of both")
  func closedCertificates() throws {
    var store = try makeStore()
    try store.putWhole(image)
    for offset in ReplicaHeader.slotOffsets {
      try directory.flipBit(of: image.fileName, at: offset)
      #expect(try store.read(image.read(0..<3_000)) == image.bytes)
      store.close()
      // It is written again at the start.
      store = try makeStore()
      #expect(store.list(nil).map(\.state) == [.closed])
      #expect(lines.contains("warning", image.fileName, "damaged"))
    }
    for offset in ReplicaHeader.slotOffsets {
      try directory.flipBit(of: image.fileName, at: offset)
    }
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .corrupt)
  }

  @Test("whose certificate was torn has the one before, at every length of the tear")
  func tornCertificate() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<200)
    let before = try directory.bytes(of: image.fileName)
    try store.put(.data, image, 200..<300)
    let after = try directory.bytes(of: image.fileName)
    store.close()
    // The third certificate went into the first slot.
    let start = ReplicaHeader.slotOffsets[0]
    for length in 0...ReplicaHeader.slotSize {
      var torn = after
      torn.replaceSubrange(
        start + length..<start + ReplicaHeader.slotSize,
        with: before[start + length..<start + ReplicaHeader.slotSize])
      try directory.write(torn, to: image.fileName)
      let restarted = try makeStore()
      let certified = try #require(restarted.list(nil).first).certified
      #expect(restarted.list(nil)[0].state == .open)
      #expect(certified == 200 || (certified == 300 && torn == after))
      #expect(
        try restarted.read(image.read(0..<Int(certified))) == Array(image.bytes[..<Int(certified)]))
      try restarted.put(.data, image, 200..<400)
      restarted.close()
      #expect(try makeStore().list(nil)[0].certified == 400)
    }
  }

  @Test("whose newest bytes never reached the disk has the certificate before")
  func lostTail() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<200)
    store.close()
    let zeros = [UInt8](repeating: 0, count: 100)
    try directory.patch(image.fileName, at: ReplicaHeader.size + 100, zeros)
    let restarted = try makeStore()
    #expect(restarted.list(nil)[0].certified == 100)
    #expect(lines.contains("warning", image.fileName, "200", "100 bytes hold"))
    try restarted.put(.data, image, 100..<300)
    restarted.close()
    #expect(try makeStore().list(nil)[0].certified == 300)
  }

  @Test("never gives other bytes than were written, whichever byte of the file is damaged")
  func anyByte() throws {
    let small = ReplicaImage(count: 60)
    for closed in [false, true] {
      let store = try makeStore()
      try store.put(.open, small, 0..<20)
      try store.put(.data, small, 20..<40)
      if closed { try store.put(.close, small, 40..<60) }
      store.close()
      let sound = try directory.bytes(of: small.fileName)
      for offset in sound.indices
      where offset < 60 || offset >= 1_000 && offset < 1_060
        || offset >= 2_040 && offset < 2_080 || offset >= 4_090
      {
        var damaged = sound
        damaged[offset] ^= 0x41
        try directory.write(damaged, to: small.fileName)
        let restarted = try makeStore()
        let replica = try #require(restarted.list(nil).first)
        let length = Int(replica.certified)
        if replica.state != .corrupt {
          #expect(try restarted.read(small.read(0..<length)) == Array(small.bytes[..<length]))
        }
        if closed { #expect(replica.state == .corrupt || length == 60) }
        restarted.close()
      }
      try makeStore().free(small.key)
    }
  }

  @Test("that is too short is corrupt, at every length", arguments: [0, 10, 4_095, 4_096, 5_000])
  func truncated(length: Int) throws {
    let store = try makeStore()
    try store.putWhole(image)
    store.close()
    let bytes = try directory.bytes(of: image.fileName)
    try directory.write(Array(bytes[..<length]), to: image.fileName)
    #expect(try makeStore().list(nil).map(\.state) == [.corrupt])
  }

  @Test("with the file of another replica under its name is corrupt")
  func swapped() throws {
    let store = try makeStore()
    try store.putWhole(image)
    store.close()
    var other = image.key
    other.segment += 1
    try directory.write(
      try directory.bytes(of: image.fileName), to: ReplicaFileName.name(of: other))
    #expect(try makeStore().list(nil).map(\.state) == [.closed, .corrupt])
  }

  @Test("can be freed")
  func free() throws {
    try directory.write([1, 2, 3], to: image.fileName)
    let store = try makeStore()
    try store.free(image.key)
    #expect(store.list(nil).isEmpty && directory.names == [SpareRoom.name])
  }

  @Test("is not what a foreign file is: that is named and left alone")
  func foreignFile() throws {
    let names = ["notes.txt", "zz.replica", "7-3-5.replica", "my.replica.new"]
    for name in names { try directory.write([1, 2, 3], to: name) }
    let store = try makeStore()
    #expect(store.list(nil).isEmpty)
    #expect(directory.names == (names + [SpareRoom.name]).sorted())
    for name in names { #expect(lines.contains("warning", name, "left alone")) }
  }

  @Test("is not what an unfinished one is: nobody was told of it, it is removed")
  func unfinished() throws {
    let store = try makeStore()
    try store.take(.open, image.write(0..<100), Array(image.bytes[..<100]))
    store.close()
    #expect(directory.names == [ReplicaFileName.draft(of: image.key), SpareRoom.name])
    #expect(try makeStore().list(nil).isEmpty)
    #expect(directory.names == [SpareRoom.name])
  }
}
