#if TLS

  /// Where an end's certificate is, and whose certificates it accepts. All files are in PEM.
  public struct TLSFiles: Hashable, Sendable {
    /// Path of this end's certificate, followed by those between it and the authority. Among its
    /// alternative names are the URI of its `PeerIdentity` and, for a server, its hosts.
    public var certificate: String
    /// Path of the certificate's private key, without a passphrase. As a key file: regular, of the
    /// process's user, and nobody else's to read or write.
    public var key: String
    /// Path of the certificates of the authorities. No other is trusted, the system's neither.
    public var authorities: String

    /// The three paths; nothing is read yet.
    public init(certificate: String, key: String, authorities: String) {
      self.certificate = certificate
      self.key = key
      self.authorities = authorities
    }
  }

#endif  // TLS
