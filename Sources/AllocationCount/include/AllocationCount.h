#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdint.h>

/// How often this process asked for memory so far, by whatever function of the C library; 0 where a
/// sanitizer has its own allocator.
uint64_t allocation_count(void);

#endif
