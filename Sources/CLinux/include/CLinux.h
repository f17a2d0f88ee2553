#ifndef CLINUX_H
#define CLINUX_H

// What Glibc's Swift module lacks or imports awkwardly: epoll, eventfd, accept4, socket addresses,
// the start of writing to the disk, and CRC-32C in hardware. Nothing here has state; every function is
// a thin wrapper.
//
// Unless stated otherwise a function makes one system call, once, and a result below zero is a negated
// errno, EINTR among them.

#include <stddef.h>
#include <stdint.h>

// MARK: CRC-32C (Castagnoli)

/// Continues `crc` (0 at the start) over `length` bytes; the fastest way this processor has.
uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t length);

/// The CRC of two pieces, one behind the other, from those of each (both begun at 0).
uint32_t clinux_crc32c_of_both(uint32_t first, uint32_t second, uint64_t second_length);

/// The same as `clinux_crc32c` in portable C.
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
/// Returns the number of events.
int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int milliseconds);
/// The same with a limit in nanoseconds, not negative. -ENOSYS before Linux 5.11.
int clinux_epoll_wait_fine(int epoll, clinux_event *events, int capacity, int64_t nanoseconds);

int clinux_eventfd_create(void);
int clinux_eventfd_signal(int descriptor);
int clinux_eventfd_drain(int descriptor);

int clinux_close(int descriptor);

// MARK: Files

/// Has the disk begin to write what is dirty of a range, and does not wait for it. Advice: what fails is
/// reported by the next sync.
void clinux_file_start_writing(int descriptor, int64_t offset, int64_t count);

// MARK: TCP. Descriptors do not block and are closed on exec.

/// An IPv4 address is the 32 low bits of `low`; numbers are in host byte order.
typedef struct {
  uint64_t high;
  uint64_t low;
  uint16_t port;
  uint8_t is_ipv6;
} clinux_address;

/// Options of a socket, numbered here because their levels and names differ between systems.
enum {
  CLINUX_REUSE_ADDRESS,
  CLINUX_IPV6_ONLY,
  CLINUX_NO_DELAY,
  CLINUX_KEEP_ALIVE,
  CLINUX_KEEP_IDLE_SECONDS,
  CLINUX_KEEP_INTERVAL_SECONDS,
  CLINUX_KEEP_COUNT,
  CLINUX_USER_TIMEOUT_MILLISECONDS,
};

int clinux_tcp_socket(int is_ipv6);
int clinux_socket_set(int descriptor, int option, int value);
/// The value of an option, not negative.
int clinux_socket_get(int descriptor, int option);
int clinux_socket_bind(int descriptor, const clinux_address *address);
int clinux_socket_listen(int descriptor, int backlog);
/// 0: connected at once; -EINPROGRESS: under way, writable when it has ended.
int clinux_socket_connect(int descriptor, const clinux_address *address);
/// The new descriptor; fills in the peer.
int clinux_socket_accept(int descriptor, clinux_address *peer);
int clinux_socket_local_address(int descriptor, clinux_address *local);
int clinux_socket_peer_address(int descriptor, clinux_address *peer);
/// Takes the pending error of a socket, a positive errno; 0 when there is none.
int clinux_socket_error(int descriptor);
/// Sends what fits without blocking and without SIGPIPE. Returns the number of bytes.
ptrdiff_t clinux_send(int descriptor, const struct iovec *pieces, int count);
/// Receives what is there without blocking. Returns the number of bytes, 0 at the end.
ptrdiff_t clinux_receive(int descriptor, void *bytes, size_t capacity);

/// The first IPv4 address of a name, else its first IPv6 address; the port stays. Returns 0 or a
/// code for `clinux_resolve_error`. May block.
int clinux_resolve(const char *host, clinux_address *address);
const char *clinux_resolve_error(int code);

#endif  // __linux__
#endif  // CLINUX_H
