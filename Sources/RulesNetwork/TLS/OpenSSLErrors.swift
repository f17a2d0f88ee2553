#if TLS

  internal import COpenSSL
  internal import Glibc

  /// The errors that OpenSSL has noted for this thread.
  enum OpenSSLErrors {
    /// The first one in words; then there are none.
    static func takeReason() -> String {
      let code = ERR_get_error()
      ERR_clear_error()
      if code == 0 { return "no reason is known" }
      // The system's errors have this bit and their `errno`.
      if code & 0x8000_0000 != 0 { return String(cString: strerror(Int32(code & 0x7fff_ffff))) }
      guard let reason = ERR_reason_error_string(code) else { return "OpenSSL error \(code)" }
      return String(cString: reason)
    }
  }

#endif  // TLS
