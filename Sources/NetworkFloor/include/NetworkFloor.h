#ifndef NETWORK_FLOOR_H
#define NETWORK_FLOOR_H

// What the machine allows: processes that talk over loopback TCP by the fewest system calls there
// are, in C, without frames, checksums or errors. The benchmarks hold the RPC layer against it.

#include <stdint.h>

/// Pins the calling thread to a processor; -1: to none of them.
void floor_pin(int processor);

/// Keeps all processors from halting, by processes that run when nothing else does: a virtual
/// processor that sleeps takes long to wake. `floor_let_sleep` ends them.
void floor_keep_awake(void);
void floor_let_sleep(void);

/// So many echo servers, each a process of its own, pinned to `processor` (-1: not), which wait in
/// epoll or, with `spins`, poll it. Fills in connected sockets. They end with `floor_stop`.
void floor_start_echo(int count, int processor, int spins, int *sockets);

/// So many servers that append what comes to a file in `directory`, call fdatasync, and answer with
/// what came. `directory` must stay valid until they end.
void floor_start_keepers(int count, const char *directory, int *sockets);

/// So many receivers, as `floor_start_receiver`, anywhere.
void floor_start_receivers(int count, long message, int *sockets);

/// One receiver: takes messages of `message` bytes into a buffer of 8 MiB and answers each with 8
/// bytes.
void floor_start_receiver(long message, int processor, int *socket);

/// Sends `length` bytes to every server, waits for the same number from each; `count` times. Writes
/// the ns that each took.
void floor_echo(const int *sockets, int servers, int length, int spins, int count, uint32_t *ns);

/// Sends `count` messages of `message` bytes, from a buffer of 8 MiB, with at most `window` of them
/// unanswered. Returns the ns it took.
uint64_t floor_stream(int socket, long message, int window, int count);

/// Sends the same messages of `message` bytes to all receivers, each once all have answered the one
/// before; `count` times. Returns the ns it took.
uint64_t floor_replicate(const int *sockets, int servers, long message, int count);

/// Closes the sockets and ends all servers.
void floor_stop(const int *sockets, int count);

#endif
