#if TLS

  internal import COpenSSL

  /// One end of a TLS connection without the connection: bytes go in and come out through memory.
  ///
  /// What comes in is bounded by whoever feeds it: only when it has asked for more. What comes out
  /// is taken after every call.
  final class TLSSession {
    /// How a call ended.
    enum Progress {
      /// So many bytes of plain text; 0 for a handshake that is complete.
      case done(Int)
      /// It goes on with more bytes of the other end.
      case needsInput
      /// The other end has said that it sends no more.
      case ended
      /// In words.
      case failed(String)
    }

    private let ssl: OpaquePointer
    /// Both belong to `ssl`.
    private let input: OpaquePointer
    private let output: OpaquePointer

    /// - Parameter host: the name or numeric address that the server's certificate must have; nil:
    ///   any.
    /// - Returns: nil when there is no memory for it, or when `host` is no host.
    init?(context: TLSContext, isServer: Bool, host: String?) {
      // It holds the context from here on.
      guard let ssl = SSL_new(context.pointer) else { return nil }
      guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
        SSL_free(ssl)
        return nil
      }
      self.ssl = ssl
      self.input = input
      self.output = output
      SSL_set_bio(ssl, input, output)
      if isServer { SSL_set_accept_state(ssl) } else { SSL_set_connect_state(ssl) }
      if let host {
        let isAddress = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
        if !isAddress {
          SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
          guard SSL_set1_host(ssl, host) == 1 else { return nil }
        }
      }
    }

    deinit { SSL_free(ssl) }

    /// Adds bytes of the other end.
    func feed(_ bytes: UnsafeRawBufferPointer) {
      // Into memory everything goes at once.
      BIO_write(input, bytes.baseAddress, Int32(bytes.count))
    }

    /// Whether there are bytes of the other end, or plain text of them, that were not read.
    var hasInput: Bool { BIO_ctrl_pending(input) > 0 || SSL_has_pending(ssl) == 1 }

    /// Goes on with the handshake.
    func shakeHands() -> Progress {
      ERR_clear_error()
      let result = SSL_do_handshake(ssl)
      return result == 1 ? .done(0) : progress(result)
    }

    /// Reads plain text into a buffer that is not empty.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Progress {
      ERR_clear_error()
      var count = 0
      let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
      return result == 1 ? .done(count) : progress(result)
    }

    /// Encrypts plain text, 1 byte to one record (16 KiB).
    func write(_ bytes: UnsafeRawBufferPointer) -> Progress {
      ERR_clear_error()
      var count = 0
      let result = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count)
      return result == 1 ? .done(count) : progress(result)
    }

    /// Says that nothing follows.
    func shutDown() {
      ERR_clear_error()
      SSL_shutdown(ssl)
    }

    /// Moves what is to be sent to the end of `bytes`.
    func takeOutput(into bytes: inout [UInt8], by scratch: TLSScratch) {
      var count = 0
      repeat {
        count = scratch.withBytes { buffer in
          // Below zero when there is nothing.
          let count = max(0, Int(BIO_read(output, buffer.baseAddress, Int32(buffer.count))))
          bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          return count
        }
      } while count > 0
    }

    /// The one identity in the other end's certificate; nil when there is none, or more.
    var peerIdentity: PeerIdentity? {
      guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
      defer { X509_free(certificate) }
      var identities: [PeerIdentity] = []
      withUnsafeMutablePointer(to: &identities) { identities in
        copenssl_each_uri(certificate, identities) { context, bytes, count in
          let identities = context?.assumingMemoryBound(to: [PeerIdentity].self)
          let text = UnsafeBufferPointer(start: bytes, count: Int(count))
          guard let text = String(validating: text, as: UTF8.self),
            let identity = PeerIdentity(uri: text)
          else { return }
          identities?.pointee.append(identity)
        }
      }
      return identities.count == 1 ? identities[0] : nil
    }

    private func progress(_ result: Int32) -> Progress {
      switch SSL_get_error(ssl, result) {
      case SSL_ERROR_WANT_READ: return .needsInput
      case SSL_ERROR_ZERO_RETURN: return .ended
      default:
        let reason = OpenSSLErrors.takeReason()
        let verdict = SSL_get_verify_result(ssl)
        guard verdict != X509_V_OK, let text = X509_verify_cert_error_string(verdict) else {
          return .failed(reason)
        }
        return .failed("\(reason): \(String(cString: text))")
      }
    }
  }

#endif  // TLS
