#if __linux__

#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
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

int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int milliseconds) {
  struct epoll_event raw[CLINUX_EVENTS_MAX];
  if (capacity > CLINUX_EVENTS_MAX) capacity = CLINUX_EVENTS_MAX;
  int count = epoll_wait(epoll, raw, capacity, milliseconds);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    uint32_t what = 0;
    if (raw[i].events & EPOLLIN) what |= CLINUX_READ;
    if (raw[i].events & EPOLLOUT) what |= CLINUX_WRITE;
    if (raw[i].events & (EPOLLHUP | EPOLLERR)) what |= CLINUX_HANGUP;
    events[i] = (clinux_event){.token = raw[i].data.u64, .events = what};
  }
  return count;
}

int clinux_eventfd_create(void) { return result_of(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void clinux_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  // The only failure left is EAGAIN: the counter is full, so the poller is awake already.
  while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {}
}

void clinux_eventfd_drain(int descriptor) {
  uint64_t count;
  while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {}
}

// MARK: TCP

static struct sockaddr_in socket_address(uint32_t address, uint16_t port) {
  struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons(port)};
  result.sin_addr.s_addr = htonl(address);
  return result;
}

static int split(struct sockaddr_in *from, int result, uint32_t *address, uint16_t *port) {
  if (result < 0) return -errno;
  *address = ntohl(from->sin_addr.s_addr);
  *port = ntohs(from->sin_port);
  return result;
}

int clinux_tcp_socket(void) {
  return result_of(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

int clinux_tcp_listen(int descriptor, uint32_t address, uint16_t port, int backlog) {
  struct sockaddr_in at = socket_address(address, port);
  int on = 1;
  // A restarted server takes its port back although old connections linger in TIME_WAIT.
  if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) return -errno;
  if (bind(descriptor, (struct sockaddr *)&at, sizeof at) < 0) return -errno;
  return result_of(listen(descriptor, backlog));
}

int clinux_tcp_connect(int descriptor, uint32_t address, uint16_t port) {
  struct sockaddr_in to = socket_address(address, port);
  if (connect(descriptor, (struct sockaddr *)&to, sizeof to) == 0) return 0;
  // An interrupted connect goes on by itself.
  return errno == EINTR ? -EINPROGRESS : -errno;
}

int clinux_tcp_accept(int descriptor, uint32_t *address, uint16_t *port) {
  struct sockaddr_in peer;
  int result;
  do {
    socklen_t length = sizeof peer;
    result =
        accept4(descriptor, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  } while (result < 0 && errno == EINTR);
  return split(&peer, result, address, port);
}

int clinux_tcp_local_address(int descriptor, uint32_t *address, uint16_t *port) {
  struct sockaddr_in local;
  socklen_t length = sizeof local;
  int result = getsockname(descriptor, (struct sockaddr *)&local, &length);
  return split(&local, result, address, port);
}

int clinux_tcp_peer_address(int descriptor, uint32_t *address, uint16_t *port) {
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  int result = getpeername(descriptor, (struct sockaddr *)&peer, &length);
  return split(&peer, result, address, port);
}

int clinux_tcp_configure(int descriptor) {
  int on = 1, idle = 5, interval = 1, count = 5;
  if (setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) < 0 ||
      setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) < 0 ||
      setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval) < 0 ||
      setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count) < 0)
    return -errno;
  return 0;
}

int clinux_socket_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
  return error;
}

ptrdiff_t clinux_send(int descriptor, const struct iovec *pieces, int count) {
  struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = (size_t)count};
  ssize_t sent;
  do {
    sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

ptrdiff_t clinux_receive(int descriptor, void *bytes, size_t capacity) {
  ssize_t received;
  do {
    received = recv(descriptor, bytes, capacity, MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  return received < 0 ? -errno : received;
}

int clinux_resolve(const char *host, uint32_t *address) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int code = getaddrinfo(host, NULL, &hints, &found);
  if (code != 0) return code;
  *address = ntohl(((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr);
  freeaddrinfo(found);
  return 0;
}

const char *clinux_resolve_error(int code) { return gai_strerror(code); }

#endif  // __linux__
