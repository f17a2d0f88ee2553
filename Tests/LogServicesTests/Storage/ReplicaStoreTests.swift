import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A store of replicas")
struct ReplicaStoreTests {
  private let directory: TemporaryDirectory
  private let lines = LogLines()

  init() throws { directory = try TemporaryDirectory() }

  private func makeStore(limits: ReplicaStore.Limits = .init()) throws -> ReplicaStore {
    try ReplicaStore(directory: directory.path, syncs: false, limits: limits, log: lines.log)
  }

  @Test("gives back the certified bytes, any part of them")
  func roundTrip() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<2_000)
    #expect(try store.read(image.read(0..<2_000)) == Array(image.bytes[0..<2_000]))
    #expect(try store.read(image.read(99..<1_500)) == Array(image.bytes[99..<1_500]))
    #expect(try store.read(image.read(2_000..<2_000)) == [])
  }

  @Test("gives back an image of many megabytes")
  func large() throws {
    let store = try makeStore()
    var image = ReplicaImage(count: 100)
    image.capacity = 4 << 20
    image.bytes += [UInt8](repeating: 7, count: 3 << 20)
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<image.bytes.count)
    let range = (1 << 20) - 5..<(2 << 20) - 17
    #expect(try store.read(image.read(range)) == Array(image.bytes[range]))
  }

  @Test("takes a checksum that is known for what it says, unless some of the bytes came before")
  func knownChecksum() throws {
    let store = try makeStore()
    var image = ReplicaImage(count: 18_000)
    image.capacity = 20_000
    let data = Array(image.bytes[100..<8_000])
    let checksum = data.withUnsafeBytes { crc32c($0) }
    try store.put(.open, image, 0..<100)
    let write = image.write(100..<8_000)
    #expect(
      ReplicaStore.refusal { try store.take(.data, write, data, checksum: checksum ^ 1) }
        == .badWrite)
    try store.take(.data, write, data, checksum: checksum)
    let more = Array(image.bytes[7_000..<18_000])
    try store.take(
      .data, image.write(7_000..<18_000), more, checksum: more.withUnsafeBytes { crc32c($0) })
    try store.commit()
    #expect(try store.read(image.read(0..<18_000)) == image.bytes)
  }

  @Test("keeps everything over a restart")
  func restart() throws {
    let image = ReplicaImage()
    var other = ReplicaImage(seed: 2)
    other.key.segment = 4
    var store = try makeStore()
    try store.putWhole(image)
    try store.put(.open, other, 0..<100)
    try store.put(.data, other, 100..<500)
    let before = store.list(nil)
    store.close()

    store = try makeStore()
    #expect(store.list(nil) == before)
    #expect(before.map(\.state) == [.closed, .open])
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
    try store.put(.data, other, 500..<900)
    #expect(try store.read(other.read(0..<900)) == Array(other.bytes[..<900]))
    store.close()
    #expect(try makeStore().list(nil)[1].certified == 900)
  }

  @Test("lists the certificate of each replica, of one log or of all")
  func list() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    var other = ReplicaImage(seed: 2)
    other.key.log = 8
    try store.put(.open, image, 0..<100)
    try store.put(.open, other, 0..<100, certified: false)
    #expect(
      store.list(7) == [
        .init(
          key: image.key, state: .open, certified: 100, crc: image.certificate(100).crc, version: 1)
      ])
    #expect(store.list(nil).map(\.certified) == [100, 0])
    #expect(store.list(9).isEmpty)
  }

  @Test("keeps the highest version that came with a certificate, also over a restart")
  func versions() throws {
    var store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<2_000)
    // A version alone: no bytes, and the certificate that is there already.
    try store.take(.data, image.write(2_000..<2_000, version: 3), [])
    #expect(store.list(nil)[0].version == 1)
    try store.commit()
    #expect(store.list(nil).map(\.version) == [3])
    // An older one changes nothing, and neither does one without a certificate.
    try store.take(.data, image.write(2_000..<2_000, version: 2), [])
    try store.take(.data, image.write(2_000..<2_000, certified: false, version: 4), [])
    try store.commit()
    store.close()
    store = try makeStore()
    let listed = store.list(nil)[0]
    #expect(listed.version == 3 && listed.certified == 2_000 && listed.state == .open)
    // More bytes and a higher version at once, of which the older bytes' certificate comes last.
    try store.take(.data, image.write(2_000..<2_500, version: 5), Array(image.bytes[2_000..<2_500]))
    try store.take(.data, image.write(2_000..<2_000, version: 6), [])
    try store.commit()
    #expect(store.list(nil)[0].version == 6 && store.list(nil)[0].certified == 2_500)
    #expect(try store.read(image.read(0..<2_500)) == Array(image.bytes[..<2_500]))
  }

  @Test("keeps a closed replica closed, whatever version comes after")
  func versionAfterClose() throws {
    var store = try makeStore()
    let image = ReplicaImage()
    try store.putWhole(image)
    try store.take(.data, image.write(3_000..<3_000, version: 9), [])
    try store.commit()
    store.close()
    store = try makeStore()
    #expect(store.list(nil)[0].state == .closed)
    #expect(store.list(nil)[0].version == 1)
  }

  @Test("does not start with a replica of another version of the format")
  func unknownVersion() throws {
    let image = ReplicaImage()
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    store.close()
    var bytes = try directory.bytes(of: image.fileName)
    bytes[8] = 1
    try directory.write(ReplicaImage.sealedIdentity(bytes), to: image.fileName)
    #expect { _ = try makeStore() } throws: { "\($0)".contains("version 1 of the format") }
  }

  @Test("serves no byte that is not certified")
  func uncertified() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<200, certified: false)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<101)) } == .malformed)
    try store.put(.data, image, 200..<300)
    #expect(try store.read(image.read(0..<300)) == Array(image.bytes[..<300]))
  }

  @Test("serves no byte that is not committed")
  func uncommitted() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    try store.take(.data, image.write(100..<200), Array(image.bytes[100..<200]))
    #expect(store.list(nil)[0].certified == 100)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<200)) } == .malformed)
    try store.commit()
    #expect(try store.read(image.read(0..<200)) == Array(image.bytes[..<200]))
  }

  @Test("takes every write again: open, data and close, also after the close and a restart")
  func idempotence() throws {
    let image = ReplicaImage()
    var store = try makeStore()
    for _ in 0..<2 { try store.put(.open, image, 0..<100) }
    for _ in 0..<2 { try store.put(.data, image, 100..<2_950) }
    for _ in 0..<2 { try store.put(.close, image, 2_950..<3_000) }
    let before = store.list(nil)
    for _ in 0..<2 {
      try store.putWhole(image)
      try store.put(.data, image, 150..<1_000)
      try store.put(.data, image, 0..<3_000)
      #expect(store.list(nil) == before)
      store.close()
      store = try makeStore()
    }
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
  }

  @Test("refuses other bytes where some are already, and changes nothing")
  func overlap() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    var other = image
    other.bytes[99] ^= 1
    #expect(ReplicaStore.refusal { try store.put(.open, other, 0..<100) } == .badWrite)
    #expect(ReplicaStore.refusal { try store.put(.data, other, 50..<200) } == .badWrite)
    // Without a certificate only the bytes can tell.
    let uncertified = other.write(50..<100, certified: false)
    #expect(
      ReplicaStore.refusal { try store.take(.data, uncertified, Array(other.bytes[50..<100])) }
        == .badWrite)
    #expect(store.list(nil)[0].certified == 100)
    try store.put(.data, image, 50..<200)
    #expect(try store.read(image.read(0..<200)) == Array(image.bytes[..<200]))
  }

  @Test("refuses a hole")
  func hole() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 101..<200) } == .badWrite)
  }

  @Test(
    "refuses a certificate that is not that of what it received, and keeps nothing of the write")
  func wrongCertificate() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    var write = image.write(0..<100)
    write.certificate?.crc ^= 1
    let header = Array(image.bytes[..<100])
    #expect(ReplicaStore.refusal { try store.take(.open, write, header) } == .badWrite)
    #expect(store.list(nil).isEmpty)
    try store.put(.open, image, 0..<100)
    write = image.write(100..<200)
    write.certificate?.crc ^= 1
    #expect(
      ReplicaStore.refusal { try store.take(.data, write, Array(image.bytes[100..<200])) }
        == .badWrite)
    try store.put(.data, image, 100..<300)
    #expect(try store.read(image.read(0..<300)) == Array(image.bytes[..<300]))
  }

  @Test("takes a certificate of a part of what it received")
  func partialCertificate() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100, certified: false)
    try store.put(.data, image, 100..<300, certified: false)
    // The last one is a late retry: certified bytes never get fewer.
    for (length, certified) in [(200, 200), (350, 350), (320, 350)] {
      var write = image.write(300..<400)
      write.certificate = image.certificate(length)
      try store.take(.data, write, Array(image.bytes[300..<400]))
      try store.commit()
      #expect(store.list(nil)[0].certified == certified)
    }
  }

  @Test("knows only replicas that were opened")
  func unknown() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    #expect(ReplicaStore.refusal { try store.put(.data, image, 0..<10) } == .noSuchReplica)
    #expect(ReplicaStore.refusal { try store.put(.close, image, 0..<10) } == .noSuchReplica)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<1)) } == .noSuchReplica)
    try store.free(image.key)
  }

  @Test("refuses capacities and numbers of replicas beyond its limits")
  func limits() throws {
    var limits = ReplicaStore.Limits()
    limits.capacity = 10_000
    limits.replicas = 1
    let store = try makeStore(limits: limits)
    var image = ReplicaImage()
    image.capacity = 10_001
    #expect(ReplicaStore.refusal { try store.put(.open, image, 0..<100) } == .badWrite)
    image.capacity = 10_000
    try store.put(.open, image, 0..<100)
    image.key.segment += 1
    #expect(ReplicaStore.refusal { try store.put(.open, image, 0..<100) } == .storage)
  }

  @Test("keeps the number of open files bounded")
  func descriptors() throws {
    var limits = ReplicaStore.Limits()
    limits.descriptors = 4
    let store = try makeStore(limits: limits)
    var image = ReplicaImage()
    for segment in 1...20 {
      image.key.segment = UInt64(segment)
      try store.put(.open, image, 0..<100)
    }
    for segment in 1...20 {
      image.key.segment = UInt64(segment)
      try store.put(.data, image, 100..<200)
      #expect(try store.read(image.read(0..<200)) == Array(image.bytes[..<200]))
      #expect(store.descriptors.count <= 5)
    }
  }

  @Test("frees a replica and its file; again is fine")
  func free() throws {
    let store = try makeStore()
    let image = ReplicaImage()
    try store.putWhole(image)
    try store.free(image.key)
    try store.free(image.key)
    #expect(directory.names == [SpareRoom.name] && store.list(nil).isEmpty)
    try store.take(.open, image.write(0..<100), Array(image.bytes[..<100]))
    try store.free(image.key)
    try store.commit()
    #expect(directory.names == [SpareRoom.name] && store.list(nil).isEmpty)
  }

  @Test("refuses owners below the fence, of that log alone, also after a restart")
  func fence() throws {
    var store = try makeStore()
    let image = ReplicaImage()
    try store.put(.open, image, 0..<100)
    try store.raiseFence(of: 7, to: 6)
    try store.raiseFence(of: 7, to: 2)
    for _ in 0..<2 {
      var newer = image
      newer.key.epoch = 6
      var elsewhere = image
      elsewhere.key.log = 8
      #expect(ReplicaStore.refusal { try store.put(.data, image, 100..<200) } == .fenced)
      #expect(ReplicaStore.refusal { try store.put(.open, image, 0..<100) } == .fenced)
      try store.put(.open, newer, 0..<100)
      try store.put(.open, elsewhere, 0..<100)
      #expect(try store.read(image.read(0..<100)) == Array(image.bytes[..<100]))
      store.close()
      store = try makeStore()
    }
  }
}
