// CRC-32C by the processor's own instruction where there is one, else by eight tables. Both read
// eight bytes a step, so that they stay fast in a debug build, where C is not optimised.

#include "CLinux.h"

#include <string.h>

static inline uint64_t load(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

// MARK: Software

static uint32_t tables[8][256];

// Before main, hence before any thread reads the tables; they never change again.
__attribute__((constructor)) static void fill_tables(void) {
  const uint32_t polynomial = 0x82f63b78;  // reflected
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) ? polynomial : 0);
    tables[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; i++)
    for (int t = 1; t < 8; t++)
      tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 255];
}

uint32_t clinux_crc32c_software(uint32_t seed, const void *bytes, size_t length) {
  const unsigned char *next = bytes;
  uint32_t crc = ~seed;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (; length >= 8; length -= 8, next += 8) {
    uint64_t word = load(next) ^ crc;
    crc = tables[7][word & 255] ^ tables[6][(word >> 8) & 255] ^ tables[5][(word >> 16) & 255] ^
          tables[4][(word >> 24) & 255] ^ tables[3][(word >> 32) & 255] ^
          tables[2][(word >> 40) & 255] ^ tables[1][(word >> 48) & 255] ^ tables[0][word >> 56];
  }
#endif
  for (; length > 0; length--, next++) crc = (crc >> 8) ^ tables[0][(crc ^ *next) & 255];
  return ~crc;
}

// MARK: Hardware

#if defined(__x86_64__)

#define HARDWARE 1
#define TARGET __attribute__((target("sse4.2")))
#define STEP8(crc, word) __builtin_ia32_crc32di((crc), (word))
#define STEP1(crc, byte) __builtin_ia32_crc32qi((uint32_t)(crc), (byte))

static int is_supported(void) { return __builtin_cpu_supports("sse4.2"); }

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

#define HARDWARE 1
#define TARGET __attribute__((target("crc")))
#define STEP8(crc, word) __builtin_arm_crc32cd((uint32_t)(crc), (word))
#define STEP1(crc, byte) __builtin_arm_crc32cb((uint32_t)(crc), (byte))

static int is_supported(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }  // HWCAP_CRC32

#endif

#if HARDWARE

TARGET static uint32_t hardware(uint32_t seed, const void *bytes, size_t length) {
  const unsigned char *next = bytes;
  uint64_t crc = (uint32_t)~seed;
  // One expression for four words: an unoptimised build then keeps the running value in a register.
  for (; length >= 32; length -= 32, next += 32) {
    const uint64_t words[4] = {load(next), load(next + 8), load(next + 16), load(next + 24)};
    crc = STEP8(STEP8(STEP8(STEP8(crc, words[0]), words[1]), words[2]), words[3]);
  }
  for (; length >= 8; length -= 8, next += 8) crc = STEP8(crc, load(next));
  for (; length > 0; length--, next++) crc = STEP1(crc, *next);
  return ~(uint32_t)crc;
}

int clinux_crc32c_is_hardware(void) { return is_supported() != 0; }

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return is_supported() ? hardware(crc, bytes, length)
                        : clinux_crc32c_software(crc, bytes, length);
}

#else

int clinux_crc32c_is_hardware(void) { return 0; }

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return clinux_crc32c_software(crc, bytes, length);
}

#endif
