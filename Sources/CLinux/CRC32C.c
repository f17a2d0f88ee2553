// CRC-32C by the processor's own instruction where there is one, else by eight tables.
//
// The instruction takes three cycles, but one can start in each: so three lanes of a block are
// computed side by side and put together. A register is a polynomial over GF(2), and zero bytes
// behind it multiply it by a power of x. That is linear, so the register of `A B` is that of
// `A 0...0`, which a few tables tell, plus that of `B` begun at zero.
//
// All loops take many bytes a step and few statements, so that they stay fast in a debug build,
// where C is not optimised.

#include "CLinux.h"

// A word at any address. One plain load, where a debug build would call memcpy.
typedef struct __attribute__((packed, may_alias)) {
  uint64_t value;
} word_at;

#define LOAD(address) (((const word_at *)(address))->value)

// MARK: Tables, filled before main, hence before any thread reads them; they never change again.

static uint32_t tables[8][256];

// Powers of x: bit k of a length stands for 2^k zero bytes.
static uint32_t zero_bytes[64];

static uint32_t times(uint32_t a, uint32_t b);

static void fill_tables(void) {
  const uint32_t polynomial = 0x82f63b78;  // reflected
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) ? polynomial : 0);
    tables[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; i++)
    for (int t = 1; t < 8; t++)
      tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 255];
  zero_bytes[0] = 0x00800000;  // x^8
  for (int k = 1; k < 64; k++) zero_bytes[k] = times(zero_bytes[k - 1], zero_bytes[k - 1]);
}

// MARK: Two pieces

// The product of two polynomials, reflected, modulo the CRC's.
static uint32_t times(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (; a; a <<= 1) {
    if (a & 0x80000000) product ^= b;
    b = (b >> 1) ^ ((b & 1) ? 0x82f63b78 : 0);
  }
  return product;
}

// Zero bytes behind a register multiply it by x^8 each; the final complement cancels out.
uint32_t clinux_crc32c_of_both(uint32_t first, uint32_t second, uint64_t second_length) {
  for (int k = 0; second_length; second_length >>= 1, k++)
    if (second_length & 1) first = times(zero_bytes[k], first);
  return first ^ second;
}

// MARK: Software

uint32_t clinux_crc32c_software(uint32_t seed, const void *bytes, size_t length) {
  const unsigned char *next = bytes;
  uint32_t crc = ~seed;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (; length >= 8; length -= 8, next += 8) {
    uint64_t word = LOAD(next) ^ crc;
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

static int detect(void) {
  __builtin_cpu_init();  // Other constructors may run before the one that does it.
  return __builtin_cpu_supports("sse4.2") != 0;
}

#elif defined(__aarch64__) && defined(__linux__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

#include <sys/auxv.h>

#define HARDWARE 1
#define TARGET __attribute__((target("crc")))
#define STEP8(crc, word) __builtin_arm_crc32cd((uint32_t)(crc), (word))
#define STEP1(crc, byte) __builtin_arm_crc32cb((uint32_t)(crc), (byte))

static int detect(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }  // HWCAP_CRC32

#endif

#if HARDWARE

static int is_hardware;

// What zero bytes, as many as a lane has, make of each byte of a register.
typedef uint32_t shift_tables[4][256];

enum { LONG_LANE = 8192, SHORT_LANE = 256 };  // Powers of two, divisible by 32.
static shift_tables long_shift, short_shift;

static uint32_t shifted(shift_tables shift, uint32_t crc) {
  return shift[0][crc & 255] ^ shift[1][(crc >> 8) & 255] ^ shift[2][(crc >> 16) & 255] ^
         shift[3][crc >> 24];
}

// The product of a matrix, given by what it makes of each bit, and a register.
static uint32_t product(const uint32_t columns[32], uint32_t crc) {
  uint32_t sum = 0;
  for (int bit = 0; bit < 32; bit++)
    if (crc >> bit & 1) sum ^= columns[bit];
  return sum;
}

static void fill_shift(shift_tables shift, size_t lane) {
  uint32_t columns[32], squared[32];
  // One zero byte; then twice as many each time.
  for (int bit = 0; bit < 32; bit++) {
    uint32_t crc = (uint32_t)1 << bit;
    columns[bit] = (crc >> 8) ^ tables[0][crc & 255];
  }
  for (size_t count = 1; count < lane; count *= 2) {
    for (int bit = 0; bit < 32; bit++) squared[bit] = product(columns, columns[bit]);
    for (int bit = 0; bit < 32; bit++) columns[bit] = squared[bit];
  }
  for (int byte = 0; byte < 4; byte++)
    for (uint32_t value = 0; value < 256; value++)
      shift[byte][value] = product(columns, value << (8 * byte));
}

// One expression for four words: an unoptimised build then keeps the running value in a register.
#define STEP32(crc, next)                                                                  \
  STEP8(STEP8(STEP8(STEP8((crc), LOAD(next)), LOAD((next) + 8)), LOAD((next) + 16)), \
        LOAD((next) + 24))

// Three lanes, one behind the other in memory.
TARGET static uint64_t three_lanes(
    uint64_t first, const unsigned char *next, size_t lane, shift_tables shift) {
  uint64_t second = 0, third = 0;
  for (const unsigned char *end = next + lane; next < end; next += 32) {
    first = STEP32(first, next);
    second = STEP32(second, next + lane);
    third = STEP32(third, next + 2 * lane);
  }
  uint32_t both = shifted(shift, (uint32_t)first) ^ (uint32_t)second;
  return shifted(shift, both) ^ (uint32_t)third;
}

TARGET static uint32_t hardware(uint32_t seed, const void *bytes, size_t length) {
  const unsigned char *next = bytes;
  uint64_t crc = (uint32_t)~seed;
  for (; length >= 3 * LONG_LANE; length -= 3 * LONG_LANE, next += 3 * LONG_LANE)
    crc = three_lanes(crc, next, LONG_LANE, long_shift);
  for (; length >= 3 * SHORT_LANE; length -= 3 * SHORT_LANE, next += 3 * SHORT_LANE)
    crc = three_lanes(crc, next, SHORT_LANE, short_shift);
  for (; length >= 32; length -= 32, next += 32) crc = STEP32(crc, next);
  for (; length >= 8; length -= 8, next += 8) crc = STEP8(crc, LOAD(next));
  for (; length > 0; length--, next++) crc = STEP1(crc, *next);
  return ~(uint32_t)crc;
}

__attribute__((constructor)) static void prepare(void) {
  fill_tables();
  fill_shift(long_shift, LONG_LANE);
  fill_shift(short_shift, SHORT_LANE);
  is_hardware = detect();
}

int clinux_crc32c_is_hardware(void) { return is_hardware; }

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return is_hardware ? hardware(crc, bytes, length)
                     : clinux_crc32c_software(crc, bytes, length);
}

#else

__attribute__((constructor)) static void prepare(void) { fill_tables(); }

int clinux_crc32c_is_hardware(void) { return 0; }

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return clinux_crc32c_software(crc, bytes, length);
}

#endif
