#ifndef COPENSSL_H
#define COPENSSL_H

// The system's OpenSSL, version 3 or later, and what of it Swift cannot import: macros, and the
// unions of a certificate's names. Only part of a build with the trait `TLS`.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3 or later is needed"
#endif

/// TLS 1.3 and nothing older. Returns 1 on success.
static inline int copenssl_only_tls13(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
}

/// No sessions are kept, neither here nor in tickets: each connection shows its certificates. Buffers
/// of idle connections are released.
static inline void copenssl_set_modes(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

/// Calls `found` with the bytes of each URI among the alternative names of a certificate, in their
/// order.
static inline void copenssl_each_uri(
    const X509 *certificate, void *context,
    void (*found)(void *context, const unsigned char *bytes, int count)) {
  GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(
      certificate, NID_subject_alt_name, NULL, NULL);
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
    found(context, ASN1_STRING_get0_data(uri), ASN1_STRING_length(uri));
  }
  GENERAL_NAMES_free(names);
}

#endif  // COPENSSL_H
