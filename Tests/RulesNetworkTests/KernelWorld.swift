import RulesNetwork
import RulesRuntime

@testable import RulesNetwork

/// A core with TCP over a scripted kernel.
final class KernelWorld {
  let kernel: ScriptedKernel
  let log = LogRecorder()
  let core: PoolCore
  let poller: EpollPoller
  let transport: TCPTransport

  init(_ kernel: ScriptedKernel = ScriptedKernel()) throws(SystemError) {
    self.kernel = kernel
    core = PoolCore(name: "test", log: log.log)
    poller = try EpollPoller(kernel: kernel)
    core.poller = poller
    transport = TCPTransport(core: core, poller: poller)
  }

  /// - Returns: false when something hangs.
  func run(for limit: Duration = .seconds(30), until condition: () -> Bool) -> Bool {
    let end = core.now + limit
    while !condition() {
      guard SystemClock().now < end else { return false }
      let pause = core.step()
      poller.poll(
        timeout: condition() ? .zero : min(pause ?? .milliseconds(20), .milliseconds(20)))
    }
    return true
  }
}

/// A server that returns what it receives to any number of clients.
final class EchoServer {
  private(set) var peers: [StreamPeer] = []
  private(set) var listener: (any TransportListener)?
  var address: NetworkAddress { listener?.address ?? NetworkAddress(host: "", port: 0) }

  init(
    _ transport: any Transport, at address: NetworkAddress = NetworkAddress("127.0.0.1:0")!,
    echoes: Bool = true, reads: Bool = true
  ) throws(SystemError) {
    listener = try transport.listen(at: address) { [weak self] connection in
      self?.peers.append(StreamPeer(connection, echoes: echoes, reads: reads))
    }
  }

  func close() {
    listener = nil
    peers = []
  }
}
