import LogServices
import RulesNetwork
import RulesRuntime

/// The disk of one simulated machine, and the part of its kernel that has files open.
///
/// `@unchecked Sendable` is sound: storage asks for it, but a whole simulated world runs on one thread,
/// the one that made it.
package final class SimulatedDisk: @unchecked Sendable {
  // `@exclusivity(unchecked)`: sound, because a world is on one thread, and nobody is called back while one of
  // these changes.

  /// What is on it.
  package var contents: DiskContents
  /// What is wrong with it.
  @exclusivity(unchecked) package var faults = DiskFaults()
  /// What was done on it.
  package private(set) var counters = DiskCounters()
  /// A number for all that was done on it so far.
  package private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325
  /// Time that its syncs took since this was read last.
  @exclusivity(unchecked) private var spent = Duration.zero
  @exclusivity(unchecked) private var random: SplitMix64
  private var open: [Int32: OpenFile] = [:]
  private var nextDescriptor: Int32 = 3
  private var locks: Set<Int> = []

  private struct OpenFile {
    var number: Int
    var path: String
    var isLock: Bool
  }

  /// - Parameter random: where its faults come from.
  package init(contents: DiskContents = DiskContents(), random: SplitMix64) {
    self.contents = contents
    self.random = random
  }

  /// Whether the machine stopped in the middle of something: `DiskFaults.callsToLive`.
  package var hasStopped: Bool { faults.callsToLive == 0 }

  /// - Returns: the time that syncs took since the last call.
  package func takeSpentTime() -> Duration {
    let time = spent
    if time > .zero { spent = .zero }
    return time
  }

  // MARK: - What happens to it

  /// The process is gone, the kernel goes on: all it had open is closed, all it wrote is there.
  package func endProcess() {
    open = [:]
    locks = []
    contents.removeUnreachable()
    if Bool.random(using: &random) { contents.dropCaches() }
    faults.callsToLive = nil
  }

  /// The machine has no power.
  package func cutPower() {
    open = [:]
    locks = []
    contents.cutPower(using: &random)
    faults.callsToLive = nil
  }

  /// Flips one bit somewhere in the files.
  /// - Returns: the path of the file; nil when there is nothing to damage.
  package func flipBit() -> String? {
    let paths = contents.paths.filter { path in
      contents.file(at: path).flatMap { contents.files[$0]?.durableEnd } ?? 0 > 0
    }
    guard let path = paths.randomElement(using: &random), let number = contents.file(at: path),
      let length = contents.files[number]?.durableEnd
    else { return nil }
    // The beginnings of files are worth more.
    let reach = Bool.random(using: &random) ? min(length, 4096) : length
    let offset = Int.random(in: 0..<reach, using: &random)
    let bit = Int.random(in: 0...7, using: &random)
    contents.change(number) { $0.flip(bit: bit, at: offset) }
    return path
  }

  /// Makes one file unreadable until it is replaced.
  /// - Returns: its path; nil when there is none.
  package func spoilFile() -> String? {
    guard let path = contents.paths.randomElement(using: &random),
      let number = contents.file(at: path)
    else { return nil }
    contents.change(number) { $0.setUnreadable(true) }
    return path
  }

  /// How long the next order to sync takes: now and then others do something meanwhile.
  func drawSyncTime() -> Duration {
    if let time = faults.syncTime { return random.duration(time) }
    return random.chance(0.25) ? random.duration(.zero...(.milliseconds(1))) : .zero
  }

  /// Runs an order, in any sequence, whose time has passed already.
  func run(_ order: SyncOrder, on files: FileSystem) throws(SystemError) {
    let time = faults.syncTime
    faults.syncTime = nil
    defer { faults.syncTime = time }
    var order = order
    order.files.shuffle(using: &random)
    try order.run(on: files)
  }

  // MARK: - What processes do

  /// The disk as a process sees it that runs as long as `isAlive`.
  /// - Parameter isAlive: once it is false, every call fails and none changes anything.
  package func fileSystem(
    isAlive: @escaping @Sendable () -> Bool = { true }
  ) -> FileSystem {
    // All of the system's calls are replaced.
    var files = FileSystem.system
    files.open = { (path, mode) throws(SystemError) in
      try self.checkAlive(isAlive, "open \(path)")
      return try self.open(path, mode)
    }
    files.close = { file in self.close(file) }
    files.read = { (file, buffer, offset) throws(SystemError) in
      try self.checkAlive(isAlive, "read")
      return try self.read(file, into: buffer, at: offset)
    }
    files.write = { (file, bytes, offset) throws(SystemError) in
      try self.checkAlive(isAlive, "write")
      return try self.write(bytes, at: offset, in: file)
    }
    files.reserve = { (file, count) throws(SystemError) in
      try self.checkAlive(isAlive, "fallocate")
      try self.reserve(file, count)
    }
    files.cut = { (file, length) throws(SystemError) in
      try self.checkAlive(isAlive, "ftruncate")
      try self.cut(file, length)
    }
    files.sync = { (file) throws(SystemError) in
      try self.checkAlive(isAlive, "sync")
      try self.sync(file)
    }
    files.syncDirectory = { (path) throws(SystemError) in
      try self.checkAlive(isAlive, "fsync \(path)")
      try self.syncDirectory(path)
    }
    files.startWriting = { _, _ in }
    files.forget = { _, _, _ in }
    files.size = { (file) throws(SystemError) in
      try self.checkAlive(isAlive, "fstat")
      return try self.size(file)
    }
    files.rename = { (from, to) throws(SystemError) in
      try self.checkAlive(isAlive, "rename \(from)")
      try self.rename(from, to)
    }
    files.remove = { (path) throws(SystemError) in
      try self.checkAlive(isAlive, "unlink \(path)")
      try self.remove(path)
    }
    files.list = { (path) throws(SystemError) in
      try self.checkAlive(isAlive, "opendir \(path)")
      return try self.list(path)
    }
    files.makeDirectory = { (path) throws(SystemError) in
      try self.checkAlive(isAlive, "mkdir \(path)")
      return try self.makeDirectory(path)
    }
    files.lock = { (path) throws(SystemError) in
      try self.checkAlive(isAlive, "open \(path)")
      return try self.lock(path)
    }
    return files
  }

  private func checkAlive(
    _ isAlive: () -> Bool, _ call: @autoclosure () -> String
  ) throws(SystemError) {
    guard isAlive() else { throw SystemError(call: call(), errno: SystemErrorCode.inputOutput) }
  }

  /// A call that changes something: the machine may stop before it.
  private func countCall(_ call: @autoclosure () -> String) throws(SystemError) {
    guard let left = faults.callsToLive else { return }
    guard left > 0 else {
      throw SystemError(call: call(), errno: SystemErrorCode.inputOutput)
    }
    faults.callsToLive = left - 1
    if left == 1 {
      counters.stops += 1
      throw SystemError(call: call(), errno: SystemErrorCode.inputOutput)
    }
  }

  private func mark(_ number: UInt64) {
    fingerprint = (fingerprint ^ number) &* 0x0000_0100_0000_01b3
    fingerprint ^= fingerprint >> 29
  }

  private func opened(_ file: FileDescriptor) throws(SystemError) -> OpenFile {
    guard let found = open[file.rawValue] else {
      throw SystemError(call: "use of descriptor \(file.rawValue)", errno: DiskError.badDescriptor)
    }
    return found
  }

  private func describe(_ number: Int, _ path: String, isLock: Bool) throws(SystemError)
    -> FileDescriptor
  {
    if let limit = faults.descriptorLimit, open.count >= limit {
      counters.outOfDescriptors += 1
      throw SystemError(call: "open \(path)", errno: DiskError.tooManyFiles)
    }
    let descriptor = nextDescriptor
    nextDescriptor += 1
    open[descriptor] = OpenFile(number: number, path: path, isLock: isLock)
    return FileDescriptor(rawValue: descriptor)
  }

  private func open(_ path: String, _ mode: FileSystem.OpenMode) throws(SystemError)
    -> FileDescriptor
  {
    if let number = contents.file(at: path) {
      let file = try describe(number, path, isLock: false)
      if mode == .fresh {
        try countCall("open \(path)")
        contents.change(number) {
          $0.resize(to: 0)
          $0.setUnreadable(false)
        }
      }
      return file
    }
    guard mode == .fresh else {
      throw SystemError(call: "open \(path)", errno: SystemErrorCode.noSuchFile)
    }
    return try create(path, isLock: false)
  }

  private func create(_ path: String, isLock: Bool) throws(SystemError) -> FileDescriptor {
    try countCall("open \(path)")
    if let capacity = faults.capacity, contents.allocated >= capacity {
      counters.full += 1
      throw SystemError(call: "open \(path)", errno: DiskError.full)
    }
    // The descriptor first: without one no file is made.
    let file = try describe(0, path, isLock: isLock)
    guard let number = contents.createFile(at: path) else {
      open[file.rawValue] = nil
      throw SystemError(call: "open \(path)", errno: SystemErrorCode.noSuchFile)
    }
    open[file.rawValue]?.number = number
    mark(UInt64(number) << 8 | 1)
    return file
  }

  private func close(_ file: FileDescriptor) {
    // Of a process that is gone: its files are closed already.
    guard let closed = open.removeValue(forKey: file.rawValue) else { return }
    if closed.isLock { locks.remove(closed.number) }
  }

  private func read(
    _ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    let opened = try opened(file)
    counters.reads += 1
    guard let content = contents.files[opened.number] else { return 0 }
    if content.isUnreadable || faults.failingReads > 0 {
      faults.failingReads = max(0, faults.failingReads - 1)
      counters.failedReads += 1
      throw SystemError(call: "read \(opened.path)", errno: SystemErrorCode.inputOutput)
    }
    return content.current.read(into: buffer, at: offset)
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, in file: FileDescriptor
  ) throws(SystemError) -> Int {
    let opened = try opened(file)
    try countCall("write \(opened.path)")
    counters.writes += 1
    if faults.failingWrites > 0 {
      faults.failingWrites -= 1
      counters.failedWrites += 1
      throw SystemError(call: "write \(opened.path)", errno: SystemErrorCode.inputOutput)
    }
    var bytes = bytes
    if bytes.count > 1, random.chance(faults.shortWriteRate) {
      counters.shortWrites += 1
      bytes = UnsafeRawBufferPointer(
        rebasing: bytes[..<Int.random(in: 1..<bytes.count, using: &random)])
    }
    if let capacity = faults.capacity {
      let room = capacity - contents.allocated
      let end = contents.files[opened.number]?.roomEnd ?? 0
      // What is there already needs no room.
      guard offset + bytes.count <= end || room >= bytes.count else {
        counters.full += 1
        throw SystemError(call: "write \(opened.path)", errno: DiskError.full)
      }
    }
    contents.write(bytes, at: offset, in: destination(opened.number))
    counters.bytesWritten += bytes.count
    mark(UInt64(opened.number) << 40 ^ UInt64(offset) << 16 ^ UInt64(bytes.count))
    return bytes.count
  }

  private func reserve(_ file: FileDescriptor, _ count: Int) throws(SystemError) {
    let opened = try opened(file)
    try countCall("fallocate \(opened.path)")
    let missing = count - (contents.files[opened.number]?.allocated ?? 0)
    if let capacity = faults.capacity, missing > 0, contents.allocated + missing > capacity {
      counters.full += 1
      throw SystemError(call: "fallocate \(opened.path)", errno: DiskError.full)
    }
    contents.change(opened.number) { $0.reserve(count) }
    mark(UInt64(opened.number) << 40 ^ UInt64(count) << 8 ^ 5)
  }

  private func cut(_ file: FileDescriptor, _ length: Int) throws(SystemError) {
    let opened = try opened(file)
    try countCall("ftruncate \(opened.path)")
    contents.change(opened.number) { $0.resize(to: length) }
    mark(UInt64(opened.number) << 40 ^ UInt64(length) << 8 ^ 6)
  }

  /// Where a write really goes.
  private func destination(_ file: Int) -> Int {
    guard faults.misdirectedWrites > 0 else { return file }
    let others = contents.files.keys.filter { $0 != file }.sorted()
    guard let other = others.randomElement(using: &random) else { return file }
    faults.misdirectedWrites -= 1
    counters.misdirectedWrites += 1
    return other
  }

  private func sync(_ file: FileDescriptor) throws(SystemError) {
    let opened = try opened(file)
    try countCall("fdatasync \(opened.path)")
    counters.syncs += 1
    if let time = faults.syncTime { spent += random.duration(time) }
    if faults.failingSyncs > 0 {
      faults.failingSyncs -= 1
      counters.failedSyncs += 1
      contents.change(opened.number) { $0.failSync(using: &random) }
      throw SystemError(call: "fdatasync \(opened.path)", errno: SystemErrorCode.inputOutput)
    }
    if faults.lostSyncs > 0 {
      faults.lostSyncs -= 1
      counters.lostSyncs += 1
      return
    }
    contents.change(opened.number) { $0.sync() }
    mark(UInt64(opened.number) << 8 | 2)
  }

  private func syncDirectory(_ path: String) throws(SystemError) {
    try countCall("fsync \(path)")
    counters.syncs += 1
    if let time = faults.syncTime { spent += random.duration(time) }
    guard contents.syncDirectory(path) else {
      throw SystemError(call: "open \(path)", errno: SystemErrorCode.noSuchFile)
    }
  }

  private func size(_ file: FileDescriptor) throws(SystemError) -> Int {
    contents.files[try opened(file).number]?.current.length ?? 0
  }

  private func rename(_ from: String, _ to: String) throws(SystemError) {
    try countCall("rename \(from)")
    guard contents.rename(from, to: to) else {
      throw SystemError(call: "rename \(from)", errno: SystemErrorCode.noSuchFile)
    }
    mark(3)
  }

  private func remove(_ path: String) throws(SystemError) {
    try countCall("unlink \(path)")
    guard contents.unlink(path) else {
      throw SystemError(call: "unlink \(path)", errno: SystemErrorCode.noSuchFile)
    }
    mark(4)
  }

  private func list(_ path: String) throws(SystemError) -> [String] {
    guard let directory = contents.directories[DiskContents.normal(path)] else {
      throw SystemError(call: "opendir \(path)", errno: SystemErrorCode.noSuchFile)
    }
    return directory.entries.keys.sorted()
  }

  private func makeDirectory(_ path: String) throws(SystemError) -> Bool {
    if contents.directories[DiskContents.normal(path)] != nil { return false }
    try countCall("mkdir \(path)")
    guard contents.createDirectory(at: path) else {
      throw SystemError(call: "mkdir \(path)", errno: SystemErrorCode.noSuchFile)
    }
    return true
  }

  private func lock(_ path: String) throws(SystemError) -> FileDescriptor {
    guard let number = contents.file(at: path) else {
      let file = try create(path, isLock: true)
      locks.insert(try opened(file).number)
      return file
    }
    guard !locks.contains(number) else {
      throw SystemError(call: "flock \(path)", errno: SystemErrorCode.wouldBlock)
    }
    let file = try describe(number, path, isLock: true)
    locks.insert(number)
    return file
  }
}
