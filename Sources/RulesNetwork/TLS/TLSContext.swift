#if TLS

  internal import COpenSSL

  /// The certificates and the rules of an end's connections, as OpenSSL has them. Connections keep it.
  final class TLSContext {
    let pointer: OpaquePointer

    /// - Throws: when a file is missing, unreadable, or not what it should be.
    init(files: TLSFiles) throws(SystemError) {
      ERR_clear_error()
      guard let pointer = SSL_CTX_new(TLS_method()) else {
        throw SystemError(call: "TLS: \(OpenSSLErrors.takeReason())", errno: 0)
      }
      self.pointer = pointer
      guard copenssl_only_tls13(pointer) == 1 else {
        throw SystemError(call: "TLS: \(OpenSSLErrors.takeReason())", errno: 0)
      }
      copenssl_set_modes(pointer)
      SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
      // Without it, OpenSSL asks the terminal for the passphrase of whatever is encrypted.
      SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in -1 }
      try check(SSL_CTX_load_verify_locations(pointer, files.authorities, nil), files.authorities)
      try check(SSL_CTX_use_certificate_chain_file(pointer, files.certificate), files.certificate)
      try useKey(files.key)
    }

    deinit { SSL_CTX_free(pointer) }

    private func useKey(_ path: String) throws(SystemError) {
      var isUsed = false
      do {
        isUsed = try KeyFile.withContent(path: path) { text throws(ClusterKeysError) in
          guard let source = BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else {
            return false
          }
          defer { BIO_free(source) }
          guard let key = PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil) else {
            return false
          }
          defer { EVP_PKEY_free(key) }
          return SSL_CTX_use_PrivateKey(pointer, key) == 1
        }
      } catch {
        throw SystemError(call: error.description, errno: 0)
      }
      try check(isUsed ? 1 : 0, path)
      try check(SSL_CTX_check_private_key(pointer), path)
    }

    private func check(_ result: Int32, _ path: String) throws(SystemError) {
      guard result != 1 else { return }
      throw SystemError(call: "\(path): \(OpenSSLErrors.takeReason())", errno: 0)
    }
  }

#endif  // TLS
