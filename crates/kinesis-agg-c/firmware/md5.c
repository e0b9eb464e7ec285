/* MD5, RFC 1321, small: one loop of 64 steps. */
#include <string.h>

#include "engine.h"

static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
static const uint8_t rotations[16] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

static void block(uint32_t state[4], const uint8_t *bytes) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  unsigned step;
  for (step = 0; step < 64; step++) {
    uint32_t mixed, word, sum, place;
    switch (step >> 4) {
      case 0: mixed = d ^ (b & (c ^ d)), place = step; break;
      case 1: mixed = c ^ (d & (b ^ c)), place = 5 * step + 1; break;
      case 2: mixed = b ^ c ^ d, place = 3 * step + 5; break;
      default: mixed = c ^ (b | ~d), place = 7 * step; break;
    }
    place = 4 * (place & 15);
    word = (uint32_t)bytes[place] | (uint32_t)bytes[place + 1] << 8 | (uint32_t)bytes[place + 2] << 16 |
           (uint32_t)bytes[place + 3] << 24;
    sum = a + mixed + sines[step] + word;
    a = d, d = c, c = b;
    b += sum << rotations[(step >> 4) * 4 + (step & 3)] |
         sum >> (32 - rotations[(step >> 4) * 4 + (step & 3)]);
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
}

void small_md5(void *context, const void *message, size_t len, uint8_t *digest) {
  uint32_t state[4] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  const uint8_t *bytes = message;
  uint8_t last[64];
  size_t left = len, byte;
  (void)context;
  for (; left >= 64; left -= 64, bytes += 64) block(state, bytes);
  memset(last, 0, sizeof last);
  if (left > 0) memcpy(last, bytes, left);
  last[left] = 0x80;
  if (left >= 56) {
    block(state, last);
    memset(last, 0, sizeof last);
  }
  for (byte = 0; byte < 4; byte++) last[56 + byte] = (uint8_t)(len << 3 >> 8 * byte);
  last[60] = (uint8_t)(len >> 29);
  block(state, last);
  for (byte = 0; byte < 16; byte++) digest[byte] = (uint8_t)(state[byte / 4] >> 8 * (byte % 4));
}
