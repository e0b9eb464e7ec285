/*
 * What the engines without the library hold: user records in the buffer of the caller, and up to 16 keys of each
 * kind beside it.
 */
#ifndef ENGINE_KEYS_H
#define ENGINE_KEYS_H

#include <string.h>

#include "engine.h"

typedef struct key {
  const uint8_t *start;
  size_t len;
} key;

typedef struct table {
  key keys[KEYS];
  size_t count;
} table;

enum { MAGIC_LEN = 4, DIGEST_LEN = 16, FRAME_LEN = MAGIC_LEN + DIGEST_LEN, KEY_BYTES = 512 };

static struct {
  uint8_t *buffer;
  size_t len, records_len, keys_len, key_bytes;
  table tables[2];
  bool sealed, has_hash_key;
  uint8_t keys[KEY_BYTES];
} held;

static const uint8_t magic[MAGIC_LEN] = {0xF3, 0x89, 0x9A, 0xC2};

/* Bytes of the field of a key; each engine has its own. */
static size_t field_len(size_t len);

/* The number of a key; that of a new one if it is not there. */
static size_t number_of(const table *keys, const char *start, size_t len) {
  size_t number;
  for (number = 0; number < keys->count; number++)
    if (keys->keys[number].len == len && memcmp(keys->keys[number].start, start, len) == 0) break;
  return number;
}

static void remember(table *keys, const char *start, size_t len) {
  key *new_key = &keys->keys[keys->count++];
  new_key->start = memcpy(held.keys + held.key_bytes, start, len);
  new_key->len = len;
  held.key_bytes += len;
  held.keys_len += field_len(len);
}

void engine_init(void *buffer, size_t len) {
  held.buffer = buffer;
  held.len = len;
  engine_clear();
}

void engine_clear(void) {
  held.records_len = held.keys_len = held.key_bytes = 0;
  held.tables[0].count = held.tables[1].count = 0;
  held.sealed = false;
}

#endif
