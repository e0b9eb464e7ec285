/* The machine: a Cortex-M in an emulator, whose files are the host's. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* What an image does; its answer is the exit code of the emulator. */
int image(void);

/* Files of the host, in the folder in which the emulator was started. -1: it cannot be opened. */
int file_create(const char *name);
int file_open(const char *name);
/* Bytes that were not written, or not read. */
size_t file_write(int file, const void *bytes, size_t len);
size_t file_read(int file, void *bytes, size_t len);

/* Instructions since the last call of counter_start; at most some hundred millions, to about a hundred. */
void counter_start(void);
uint32_t counter_read(void);

/* Bytes of stack that `work` takes. */
size_t stack_of(void (*work)(void));

#endif
