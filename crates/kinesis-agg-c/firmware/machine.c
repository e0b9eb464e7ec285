#include "machine.h"

#include <string.h>

extern uint32_t data_start[], data_end[], data_load[], bss_start[], bss_end[], stack_top[];
void reset(void);

/* ---- semihosting --------------------------------------------------------------------------------------- */

static int call(int operation, const void *arguments) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory", "cc");
  return r0;
}

enum { OPEN = 0x01, WRITE = 0x05, READ = 0x06, EXIT_EXTENDED = 0x20, READ_BINARY = 1, WRITE_BINARY = 5 };

static int open_as(const char *name, uintptr_t mode) {
  const uintptr_t arguments[] = {(uintptr_t)name, mode, strlen(name)};
  return call(OPEN, arguments);
}

int file_create(const char *name) { return open_as(name, WRITE_BINARY); }
int file_open(const char *name) { return open_as(name, READ_BINARY); }

size_t file_write(int file, const void *bytes, size_t len) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)bytes, len};
  return len > 0 ? (size_t)call(WRITE, arguments) : 0;
}

size_t file_read(int file, void *bytes, size_t len) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)bytes, len};
  return len > 0 ? (size_t)call(READ, arguments) : 0;
}

static void leave(int code) {
  const uintptr_t arguments[] = {0x20026, (uintptr_t)code};
  call(EXIT_EXTENDED, arguments);
  for (;;) {
  }
}

/* ---- start --------------------------------------------------------------------------------------------- */

static void fault(void) { leave(3); }

void reset(void) {
  memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
  memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
#ifdef __ARM_FP
  *(volatile uint32_t *)0xE000ED88 |= 0xF << 20;
#endif
  leave(image());
}

typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const struct {
  void *stack;
  handler handlers[15];
} vectors = {stack_top,
             {reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault}};

/* ---- counting ------------------------------------------------------------------------------------------ */

/* SysTick counts down at the clock of the processor; the emulator takes a nanosecond for each instruction. */
#define SYST ((volatile uint32_t *)0xE000E010)

void counter_start(void) {
  SYST[1] = 0x00FFFFFF;
  SYST[2] = 0;
  SYST[0] = 5;
  while (SYST[2] == 0) {
  }
}

uint32_t counter_read(void) { return (0x00FFFFFF - SYST[2]) / 2 * INSTRUCTIONS_IN_TWO_TICKS; }

/* ---- painted stack ------------------------------------------------------------------------------------- */

enum { DEPTH = 4096 };
#define PAINT 0xA5C396E1

__attribute__((noinline)) static void frame(void (*work)(void)) {
  work();
  __asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) size_t stack_of(void (*work)(void)) {
  volatile uint32_t *top, *word;
  __asm__ volatile("mov %0, sp" : "=r"(top));
  for (word = top - DEPTH / 4; word < top; word++) *word = PAINT;
  frame(work);
  for (word = top - DEPTH / 4; word < top && *word == PAINT; word++) {
  }
  return (size_t)(top - word) * 4;
}

/* ---- what C and Rust expect to be there ---------------------------------------------------------------- */

/* Word by word where both are aligned, as every libc does. */
void *memcpy(void *restrict to, const void *restrict from, size_t len) {
  uint8_t *out = to;
  const uint8_t *in = from;
  if ((((uintptr_t)out | (uintptr_t)in) & 3) == 0)
    for (; len >= 4; len -= 4, out += 4, in += 4)
      *(uint32_t *)(void *)out = *(const uint32_t *)(const void *)in;
  while (len-- > 0) *out++ = *in++;
  return to;
}

void *memmove(void *to, const void *from, size_t len) {
  uint8_t *out = to;
  const uint8_t *in = from;
  if (out <= in || out >= in + len) {
    while (len-- > 0) *out++ = *in++;
  } else {
    while (len-- > 0) out[len] = in[len];
  }
  return to;
}

void *memset(void *to, int byte, size_t len) {
  uint8_t *out = to;
  while (len-- > 0) *out++ = (uint8_t)byte;
  return to;
}

int memcmp(const void *one, const void *two, size_t len) {
  const uint8_t *a = one, *b = two;
  for (; len > 0; len--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

size_t strlen(const char *text) {
  size_t len = 0;
  while (text[len] != 0) len++;
  return len;
}

/* The same by the names of the processor's interface, each for three alignments. */
#define COPIES(name) \
  void name(void *to, const void *from, size_t len) { memcpy(to, from, len); }
#define MOVES(name) \
  void name(void *to, const void *from, size_t len) { memmove(to, from, len); }
#define SETS(name) \
  void name(void *to, size_t len, int byte) { memset(to, byte, len); }
#define CLEARS(name) \
  void name(void *to, size_t len) { memset(to, 0, len); }
COPIES(__aeabi_memcpy)
COPIES(__aeabi_memcpy4)
COPIES(__aeabi_memcpy8)
MOVES(__aeabi_memmove) MOVES(__aeabi_memmove4) MOVES(__aeabi_memmove8) SETS(__aeabi_memset)
    SETS(__aeabi_memset4) SETS(__aeabi_memset8) CLEARS(__aeabi_memclr) CLEARS(__aeabi_memclr4)
        CLEARS(__aeabi_memclr8)
