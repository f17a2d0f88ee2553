#if __linux__

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/time_types.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result_of(int result) { return result < 0 ? -errno : result; }

// MARK: epoll and eventfd

int clinux_epoll_create(void) { return result_of(epoll_create1(EPOLL_CLOEXEC)); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.data.u64 = token};
  if (events & CLINUX_READ) event.events |= EPOLLIN;
  if (events & CLINUX_WRITE) event.events |= EPOLLOUT;
  return result_of(epoll_ctl(epoll, operation, descriptor, &event));
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, events, token);
}

int clinux_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, descriptor, events, token);
}

int clinux_epoll_remove(int epoll, int descriptor) {
  return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

static int copy(const struct epoll_event *raw, int count, clinux_event *events) {
  if (count < 0) return -errno;
  for (int i = 0; i < count; i++) {
    uint32_t what = 0;
    if (raw[i].events & EPOLLIN) what |= CLINUX_READ;
    if (raw[i].events & EPOLLOUT) what |= CLINUX_WRITE;
    if (raw[i].events & (EPOLLHUP | EPOLLERR)) what |= CLINUX_HANGUP;
    events[i] = (clinux_event){.token = raw[i].data.u64, .events = what};
  }
  return count;
}

static int bounded(int capacity) {
  return capacity > CLINUX_EVENTS_MAX ? CLINUX_EVENTS_MAX : capacity;
}

int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int milliseconds) {
  struct epoll_event raw[CLINUX_EVENTS_MAX];
  return copy(raw, epoll_wait(epoll, raw, bounded(capacity), milliseconds), events);
}

int clinux_epoll_wait_fine(int epoll, clinux_event *events, int capacity, int64_t nanoseconds) {
#ifdef SYS_epoll_pwait2
  struct epoll_event raw[CLINUX_EVENTS_MAX];
  struct __kernel_timespec limit = {
      .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  // By number: the C library got its function two years after the kernel.
  long count = syscall(SYS_epoll_pwait2, epoll, raw, bounded(capacity), &limit, NULL, 0);
  return copy(raw, (int)count, events);
#else
  return -ENOSYS;
#endif
}

int clinux_eventfd_create(void) { return result_of(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int clinux_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  return result_of((int)write(descriptor, &one, sizeof one));
}

int clinux_eventfd_drain(int descriptor) {
  uint64_t count;
  return result_of((int)read(descriptor, &count, sizeof count));
}

int clinux_close(int descriptor) { return result_of(close(descriptor)); }

// MARK: Files

void clinux_file_start_writing(int descriptor, int64_t offset, int64_t count) {
  (void)sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}

// MARK: TCP

static uint64_t number_of(const uint8_t *bytes, int count) {
  uint64_t number = 0;
  for (int i = 0; i < count; i++) number = number << 8 | bytes[i];
  return number;
}

static socklen_t to_system(const clinux_address *from, struct sockaddr_storage *to) {
  memset(to, 0, sizeof *to);
  if (from->is_ipv6) {
    struct sockaddr_in6 *address = (struct sockaddr_in6 *)to;
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(from->port);
    for (int i = 0; i < 16; i++)
      address->sin6_addr.s6_addr[i] = (uint8_t)((i < 8 ? from->high : from->low) >> (8 * (7 - i % 8)));
    return sizeof *address;
  }
  struct sockaddr_in *address = (struct sockaddr_in *)to;
  address->sin_family = AF_INET;
  address->sin_port = htons(from->port);
  address->sin_addr.s_addr = htonl((uint32_t)from->low);
  return sizeof *address;
}

static void from_system(const struct sockaddr_storage *from, clinux_address *to) {
  if (from->ss_family == AF_INET6) {
    const struct sockaddr_in6 *address = (const struct sockaddr_in6 *)from;
    *to = (clinux_address){
        .high = number_of(address->sin6_addr.s6_addr, 8),
        .low = number_of(address->sin6_addr.s6_addr + 8, 8),
        .port = ntohs(address->sin6_port),
        .is_ipv6 = 1};
  } else {
    const struct sockaddr_in *address = (const struct sockaddr_in *)from;
    *to = (clinux_address){
        .low = ntohl(address->sin_addr.s_addr), .port = ntohs(address->sin_port)};
  }
}

int clinux_tcp_socket(int is_ipv6) {
  int family = is_ipv6 ? AF_INET6 : AF_INET;
  return result_of(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

static const struct {
  int level, name;
} options[] = {
    [CLINUX_REUSE_ADDRESS] = {SOL_SOCKET, SO_REUSEADDR},
    [CLINUX_IPV6_ONLY] = {IPPROTO_IPV6, IPV6_V6ONLY},
    [CLINUX_NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY},
    [CLINUX_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE},
    [CLINUX_KEEP_IDLE_SECONDS] = {IPPROTO_TCP, TCP_KEEPIDLE},
    [CLINUX_KEEP_INTERVAL_SECONDS] = {IPPROTO_TCP, TCP_KEEPINTVL},
    [CLINUX_KEEP_COUNT] = {IPPROTO_TCP, TCP_KEEPCNT},
    [CLINUX_USER_TIMEOUT_MILLISECONDS] = {IPPROTO_TCP, TCP_USER_TIMEOUT},
};

int clinux_socket_set(int descriptor, int option, int value) {
  return result_of(
      setsockopt(descriptor, options[option].level, options[option].name, &value, sizeof value));
}

int clinux_socket_get(int descriptor, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  int result =
      getsockopt(descriptor, options[option].level, options[option].name, &value, &length);
  return result < 0 ? -errno : value;
}

int clinux_socket_bind(int descriptor, const clinux_address *address) {
  struct sockaddr_storage at;
  socklen_t length = to_system(address, &at);
  return result_of(bind(descriptor, (struct sockaddr *)&at, length));
}

int clinux_socket_listen(int descriptor, int backlog) {
  return result_of(listen(descriptor, backlog));
}

int clinux_socket_connect(int descriptor, const clinux_address *address) {
  struct sockaddr_storage to;
  socklen_t length = to_system(address, &to);
  return result_of(connect(descriptor, (struct sockaddr *)&to, length));
}

int clinux_socket_accept(int descriptor, clinux_address *peer) {
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  int result =
      accept4(descriptor, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (result < 0) return -errno;
  from_system(&from, peer);
  return result;
}

int clinux_socket_local_address(int descriptor, clinux_address *local) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(descriptor, (struct sockaddr *)&address, &length) < 0) return -errno;
  from_system(&address, local);
  return 0;
}

int clinux_socket_peer_address(int descriptor, clinux_address *peer) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getpeername(descriptor, (struct sockaddr *)&address, &length) < 0) return -errno;
  from_system(&address, peer);
  return 0;
}

int clinux_socket_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
  return error;
}

ptrdiff_t clinux_send(int descriptor, const struct iovec *pieces, int count) {
  const int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = (size_t)count};
  ssize_t sent = count == 1 ? send(descriptor, pieces->iov_base, pieces->iov_len, flags)
                            : sendmsg(descriptor, &message, flags);
  return sent < 0 ? -errno : sent;
}

ptrdiff_t clinux_receive(int descriptor, void *bytes, size_t capacity) {
  ssize_t received = recv(descriptor, bytes, capacity, MSG_DONTWAIT);
  return received < 0 ? -errno : received;
}

int clinux_resolve(const char *host, clinux_address *address) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL, *chosen = NULL;
  int code = getaddrinfo(host, NULL, &hints, &found);
  if (code != 0) return code;
  for (struct addrinfo *each = found; each; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      chosen = each;
      break;
    }
    if (each->ai_family == AF_INET6 && !chosen) chosen = each;
  }
  if (chosen) {
    struct sockaddr_storage copy = {0};
    memcpy(&copy, chosen->ai_addr, chosen->ai_addrlen);
    uint16_t port = address->port;
    from_system(&copy, address);
    address->port = port;
  }
  freeaddrinfo(found);
  return chosen ? 0 : EAI_FAMILY;
}

const char *clinux_resolve_error(int code) { return gai_strerror(code); }

#endif  // __linux__
