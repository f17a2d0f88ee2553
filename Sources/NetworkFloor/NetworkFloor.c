#define _GNU_SOURCE
#include "NetworkFloor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SEGMENT (8L << 20)
#define SERVERS_MAX 16

static pid_t servers[SERVERS_MAX];
static int server_count;

static void fail(const char *call) {
  perror(call);
  _exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void floor_pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (processor < 0 || i == processor) CPU_SET(i, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static pid_t spinners[64];
static int spinner_count;

void floor_keep_awake(void) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  pid_t parent = getpid();
  for (long i = 0; i < processors && spinner_count < 64; i++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      struct sched_param none = {0};
      sched_setscheduler(0, SCHED_IDLE, &none);
      floor_pin((int)i);
      while (getppid() == parent)
        for (volatile int n = 0; n < 1000000; n++) {}
      _exit(0);
    }
    spinners[spinner_count++] = child;
  }
}

void floor_let_sleep(void) {
  while (spinner_count > 0) {
    pid_t child = spinners[--spinner_count];
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
}

static int watch(int socket) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) < 0) fail("epoll");
  return epoll;
}

/// Waits until something is ready; with `spins`, without sleeping.
static int wait_ready(int epoll, struct epoll_event *events, int capacity, int spins) {
  for (;;) {
    int count = epoll_wait(epoll, events, capacity, spins ? 0 : -1);
    if (count > 0) return count;
  }
}

static ssize_t receive(int socket, void *bytes, size_t length) {
  return recv(socket, bytes, length, MSG_DONTWAIT);
}

static void send_all(int socket, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
    if (sent <= 0) fail("send");
    bytes += sent;
    length -= (size_t)sent;
  }
}

static void echo(int socket, int spins) {
  static char bytes[1 << 16];
  int epoll = watch(socket);
  struct epoll_event event;
  for (;;) {
    wait_ready(epoll, &event, 1, spins);
    ssize_t count = receive(socket, bytes, sizeof bytes);
    if (count == 0) _exit(0);
    if (count > 0) send_all(socket, bytes, (size_t)count);
  }
}

static char *new_segment(void) {
  char *memory =
      mmap(NULL, SEGMENT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return memory;
}

static void take(int socket, long message) {
  char *segment = new_segment();
  int epoll = watch(socket);
  struct epoll_event event;
  long at = 0, received = 0;
  uint64_t answer = 0;
  for (;;) {
    wait_ready(epoll, &event, 1, 0);
    for (;;) {
      ssize_t count = receive(socket, segment + at + received, (size_t)(message - received));
      if (count == 0) _exit(0);
      if (count < 0) break;
      received += count;
      if (received < message) continue;
      received = 0;
      at = at + 2 * message > SEGMENT ? 0 : at + message;
      answer++;
      send_all(socket, (char *)&answer, sizeof answer);
    }
  }
}

/// A process that accepts one connection and serves it; the connected socket.
static int start(int processor, void (*serve)(int, long), long argument) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int on = 1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
      listen(listener, 1) < 0 || getsockname(listener, (struct sockaddr *)&address, &length) < 0)
    fail("listen");
  pid_t child = fork();
  if (child < 0 || server_count == SERVERS_MAX) fail("fork");
  if (child == 0) {
    if (processor >= 0) floor_pin(processor);
    int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer < 0) _exit(1);
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    serve(peer, argument);
    _exit(0);
  }
  servers[server_count++] = child;
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(client, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  close(listener);
  return client;
}

/// Appends what comes to a file, and answers with it once it is on the disk.
static void keep(int socket, const char *directory) {
  static char bytes[1 << 16];
  char path[4096];
  snprintf(path, sizeof path, "%s/floor-%d", directory, (int)getpid());
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || unlink(path) < 0) fail("open");
  int epoll = watch(socket);
  struct epoll_event event;
  for (;;) {
    wait_ready(epoll, &event, 1, 0);
    ssize_t count = receive(socket, bytes, sizeof bytes);
    if (count == 0) _exit(0);
    if (count < 0) continue;
    if (write(file, bytes, (size_t)count) != count || fdatasync(file) < 0) fail("write");
    send_all(socket, bytes, (size_t)count);
  }
}

static const char *keeper_directory;
static void serve_keep(int socket, long argument) {
  (void)argument;
  keep(socket, keeper_directory);
}

static void serve_echo(int socket, long spins) { echo(socket, (int)spins); }
static void serve_take(int socket, long message) { take(socket, message); }

void floor_start_echo(int count, int processor, int spins, int *sockets) {
  for (int i = 0; i < count; i++) sockets[i] = start(processor, serve_echo, spins);
}

void floor_start_keepers(int count, const char *directory, int *sockets) {
  keeper_directory = directory;
  for (int i = 0; i < count; i++) sockets[i] = start(-1, serve_keep, 0);
}

void floor_start_receivers(int count, long message, int *sockets) {
  for (int i = 0; i < count; i++) sockets[i] = start(-1, serve_take, message);
}

void floor_start_receiver(long message, int processor, int *socket) {
  *socket = start(processor, serve_take, message);
}

void floor_echo(const int *sockets, int servers, int length, int spins, int count, uint32_t *ns) {
  static char bytes[1 << 16];
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < servers; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = sockets[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event) < 0) fail("epoll_ctl");
  }
  struct epoll_event events[SERVERS_MAX];
  for (int n = 0; n < count; n++) {
    uint64_t begin = now();
    for (int i = 0; i < servers; i++) send_all(sockets[i], bytes, (size_t)length);
    for (long missing = (long)length * servers; missing > 0;) {
      int ready = wait_ready(epoll, events, SERVERS_MAX, spins);
      for (int i = 0; i < ready; i++) {
        ssize_t received = receive(events[i].data.fd, bytes, sizeof bytes);
        if (received == 0) fail("recv");
        if (received > 0) missing -= received;
      }
    }
    ns[n] = (uint32_t)(now() - begin);
  }
  close(epoll);
}

uint64_t floor_stream(int socket, long message, int window, int count) {
  char *segment = new_segment();
  int epoll = watch(socket);
  struct epoll_event event;
  uint64_t answers[64];
  long at = 0;
  int sent = 0;
  long answered = 0;
  uint64_t begin = now();
  while (answered < count * (long)sizeof(uint64_t)) {
    while (sent < count && sent - answered / (long)sizeof(uint64_t) < window) {
      send_all(socket, segment + at, (size_t)message);
      at = at + 2 * message > SEGMENT ? 0 : at + message;
      sent++;
    }
    wait_ready(epoll, &event, 1, 0);
    ssize_t received = receive(socket, answers, sizeof answers);
    if (received == 0) fail("recv");
    if (received > 0) answered += received;
  }
  uint64_t time = now() - begin;
  close(epoll);
  munmap(segment, SEGMENT);
  return time;
}

uint64_t floor_replicate(const int *sockets, int servers, long message, int count) {
  char *segment = new_segment();
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < servers; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = sockets[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event) < 0) fail("epoll_ctl");
  }
  struct epoll_event events[SERVERS_MAX];
  uint64_t answer;
  long at = 0;
  uint64_t begin = now();
  for (int n = 0; n < count; n++) {
    for (int i = 0; i < servers; i++) send_all(sockets[i], segment + at, (size_t)message);
    at = at + 2 * message > SEGMENT ? 0 : at + message;
    for (long missing = (long)sizeof answer * servers; missing > 0;) {
      int ready = wait_ready(epoll, events, SERVERS_MAX, 0);
      for (int i = 0; i < ready; i++) {
        ssize_t received = receive(events[i].data.fd, &answer, sizeof answer);
        if (received == 0) fail("recv");
        if (received > 0) missing -= received;
      }
    }
  }
  uint64_t time = now() - begin;
  close(epoll);
  munmap(segment, SEGMENT);
  return time;
}

void floor_stop(const int *sockets, int count) {
  for (int i = 0; i < count; i++) close(sockets[i]);
  while (server_count > 0) {
    pid_t child = servers[--server_count];
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
}
