import RulesNetwork
import RulesRuntime

/// A thread that waits for the disk, so that a backup answers while it is slow. It has one order at a time,
/// and what is to be closed after it.
final class DiskPool: Sendable {
  private enum Customer {
    case unknown
    /// An order ended before it was known whom to tell.
    case late(SystemError?)
    case known(@Sendable (SystemError?) -> Void)
  }

  private let pool: Pool<FileSystem>
  private let customer = Guarded(Customer.unknown)

  init(files: FileSystem, log: RuleLog) async throws {
    pool = try await Pool(name: "backup disk", log: log) { _ in files }
  }

  var syncer: Syncer {
    Syncer(
      begin: { [self] order in
        pool.post { [self] files in
          do throws(SystemError) {
            try order.run(on: files)
            tell(nil)
          } catch {
            tell(error)
          }
        }
      },
      startWriting: { [pool] file, range in
        pool.post { files in files.startWriting(file, range) }
      },
      closeLater: { [pool] closed in
        pool.post { files in for file in closed { files.close(file) } }
      })
  }

  /// Whom to tell how an order ended.
  func serve(_ told: @escaping @Sendable (SystemError?) -> Void) {
    let late: SystemError?? = customer.withLock { customer in
      defer { customer = .known(told) }
      if case .late(let error) = customer { return .some(error) }
      return nil
    }
    if let late { told(late) }
  }

  private func tell(_ error: SystemError?) {
    let told = customer.withLock { customer -> (@Sendable (SystemError?) -> Void)? in
      if case .known(let told) = customer { return told }
      customer = .late(error)
      return nil
    }
    told?(error)
  }

  /// Ends after what it was asked for.
  func shutdown() async { await pool.shutdown() }
}
