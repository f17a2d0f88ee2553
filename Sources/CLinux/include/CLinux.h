#ifndef CLINUX_H
#define CLINUX_H

// What Glibc's Swift module lacks or imports awkwardly: epoll, eventfd, accept4, socket addresses,
// and CRC-32C in hardware. Nothing here has state; every function is a thin wrapper.
//
// Unless stated otherwise a result below zero is a negated errno. EINTR is handled here.

#include <stddef.h>
#include <stdint.h>

// MARK: CRC-32C (Castagnoli)

/// Continues `crc` (0 at the start) over `length` bytes; the fastest way this processor has.
uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t length);

/// The same in portable C.
uint32_t clinux_crc32c_software(uint32_t crc, const void *bytes, size_t length);

/// Whether `clinux_crc32c` uses instructions of the processor.
int clinux_crc32c_is_hardware(void);

#if __linux__

#include <sys/uio.h>

// MARK: epoll and eventfd

/// An `epoll_event` with a layout that is the same on every processor.
typedef struct {
  uint64_t token;
  uint32_t events;
} clinux_event;

enum { CLINUX_READ = 1, CLINUX_WRITE = 2, CLINUX_HANGUP = 4 };
enum { CLINUX_EVENTS_MAX = 256 };

int clinux_epoll_create(void);
/// `events`: CLINUX_READ and CLINUX_WRITE; level-triggered. Hang-ups are always reported.
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_remove(int epoll, int descriptor);
/// Waits at most `milliseconds` (-1: without limit) and fills in at most CLINUX_EVENTS_MAX events.
/// An interrupted wait returns 0. Returns the number of events.
int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int milliseconds);

int clinux_eventfd_create(void);
void clinux_eventfd_signal(int descriptor);
void clinux_eventfd_drain(int descriptor);

// MARK: TCP over IPv4. Addresses and ports are in host byte order; descriptors do not block and
// are closed on exec.

int clinux_tcp_socket(void);
int clinux_tcp_listen(int descriptor, uint32_t address, uint16_t port, int backlog);
/// 0: connected at once; -EINPROGRESS: under way, writable when it has ended.
int clinux_tcp_connect(int descriptor, uint32_t address, uint16_t port);
/// The new descriptor; fills in the peer.
int clinux_tcp_accept(int descriptor, uint32_t *address, uint16_t *port);
int clinux_tcp_local_address(int descriptor, uint32_t *address, uint16_t *port);
int clinux_tcp_peer_address(int descriptor, uint32_t *address, uint16_t *port);
/// No delay for small segments; a silent peer is probed after 5 s and given up after 5 more.
int clinux_tcp_configure(int descriptor);
/// Takes the pending error of a socket; 0 when there is none.
int clinux_socket_error(int descriptor);
/// Sends what fits without blocking and without SIGPIPE. Returns the number of bytes.
ptrdiff_t clinux_send(int descriptor, const struct iovec *pieces, int count);
/// Receives what is there without blocking. Returns the number of bytes, 0 at the end.
ptrdiff_t clinux_receive(int descriptor, void *bytes, size_t capacity);

/// The first IPv4 address of a name. Returns 0 or a code for `clinux_resolve_error`. May block.
int clinux_resolve(const char *host, uint32_t *address);
const char *clinux_resolve_error(int code);

#endif  // __linux__
#endif  // CLINUX_H
