/*
 * The same format in plain C, as one would write it for a sensor: keys in a table of 16, the digest checked,
 * every length checked. It leaves out: groups, more than 16 keys in what is read, keys checked as UTF-8 or as
 * decimals, tags, what is wrong and where. User records are encoded into the buffer as they come; keys lie
 * beside it, 512 bytes of them.
 */
#include <string.h>

#include "engine_keys.h"

/* ---- writing ------------------------------------------------------------------------------------------- */

static size_t varint_len(size_t number) {
  size_t len = 1;
  while (number >>= 7) len++;
  return len;
}

static uint8_t *put_varint(uint8_t *out, size_t number) {
  for (; number > 0x7F; number >>= 7) *out++ = (uint8_t)(number | 0x80);
  *out++ = (uint8_t)number;
  return out;
}

static uint8_t *put_bytes(uint8_t *out, uint8_t tag, const void *bytes, size_t len) {
  *out++ = tag;
  out = put_varint(out, len);
  if (len > 0) memcpy(out, bytes, len);
  return out + len;
}

static size_t field_len(size_t len) { return 1 + varint_len(len) + len; }

int engine_add(const kagg_user_record *add) {
  bool has_hash_key = add->explicit_hash_key != NULL, is_new, is_new_hash = false;
  size_t number = number_of(&held.tables[0], add->partition_key, add->partition_key_len), hash_number = 0;
  size_t len = 1 + varint_len(number) + field_len(add->data_len), keys_len = 0, key_bytes = 0;
  uint8_t *out;
  if (add->partition_key_len == 0 || add->partition_key_len > 256 || add->data_len >= held.len)
    return REFUSED;
  is_new = number == held.tables[0].count;
  if (is_new) key_bytes = add->partition_key_len, keys_len = field_len(key_bytes);
  if (has_hash_key) {
    if (add->explicit_hash_key_len == 0 || add->explicit_hash_key_len > 39) return REFUSED;
    hash_number = number_of(&held.tables[1], add->explicit_hash_key, add->explicit_hash_key_len);
    is_new_hash = hash_number == held.tables[1].count;
    if (is_new_hash)
      key_bytes += add->explicit_hash_key_len, keys_len += field_len(add->explicit_hash_key_len);
    len += 1 + varint_len(hash_number);
  }
  if (number == KEYS || hash_number == KEYS || held.sealed || held.key_bytes + key_bytes > KEY_BYTES)
    return FULL;
  if (FRAME_LEN + held.records_len + held.keys_len + field_len(len) + keys_len > held.len)
    return held.records_len > 0 ? FULL : REFUSED;
  if (is_new) remember(&held.tables[0], add->partition_key, add->partition_key_len);
  if (is_new_hash) remember(&held.tables[1], add->explicit_hash_key, add->explicit_hash_key_len);
  if (held.records_len == 0) held.has_hash_key = has_hash_key;
  out = held.buffer + MAGIC_LEN + held.records_len;
  held.records_len += field_len(len);
  *out++ = 0x1A;
  out = put_varint(out, len);
  *out++ = 0x08;
  out = put_varint(out, number);
  if (has_hash_key) {
    *out++ = 0x10;
    out = put_varint(out, hash_number);
  }
  put_bytes(out, 0x1A, add->data, add->data_len);
  return ADDED;
}

static void seal(void) {
  uint8_t *message = held.buffer + MAGIC_LEN, *out = message;
  size_t which, number;
  memmove(message + held.keys_len, message, held.records_len);
  for (which = 0; which < 2; which++)
    for (number = 0; number < held.tables[which].count; number++) {
      const key *each = &held.tables[which].keys[number];
      out = put_bytes(out, which == 0 ? 0x0A : 0x12, each->start, each->len);
    }
  out += held.records_len;
  memcpy(held.buffer, magic, MAGIC_LEN);
  small_md5(NULL, message, (size_t)(out - message), out);
  held.sealed = true;
}

bool engine_finish(kagg_record *out) {
  const key *first = &held.tables[0].keys[0], *first_hash = &held.tables[1].keys[0];
  if (held.records_len == 0) return false;
  if (!held.sealed) seal();
  out->partition_key = (const char *)first->start;
  out->partition_key_len = first->len;
  out->explicit_hash_key = held.has_hash_key ? (const char *)first_hash->start : NULL;
  out->explicit_hash_key_len = held.has_hash_key ? first_hash->len : 0;
  out->data = held.buffer;
  out->data_len = FRAME_LEN + held.keys_len + held.records_len;
  return true;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

typedef struct reader {
  const uint8_t *at, *end;
} reader;

static bool get_varint(reader *from, uint64_t *number) {
  unsigned shift;
  *number = 0;
  for (shift = 0; shift < 70 && from->at < from->end; shift += 7) {
    uint8_t byte = *from->at++;
    if (shift == 63 && byte > 1) return false;
    *number |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

static bool get_content(reader *from, reader *content) {
  uint64_t len;
  if (!get_varint(from, &len) || len > (size_t)(from->end - from->at)) return false;
  content->at = from->at;
  content->end = from->at += (size_t)len;
  return true;
}

static bool skip(reader *from, uint64_t tag) {
  uint64_t number;
  reader content;
  size_t len;
  if (tag >> 3 == 0 || tag >> 32 != 0) return false;
  switch (tag & 7) {
    case 0: return get_varint(from, &number);
    case 2: return get_content(from, &content);
    case 1: len = 8; break;
    case 5: len = 4; break;
    default: return false;
  }
  if (len > (size_t)(from->end - from->at)) return false;
  from->at += len;
  return true;
}

typedef struct fields {
  uint64_t key, hash_key;
  reader data;
  bool has_key, has_hash_key, has_data;
} fields;

static bool get_record(reader from, fields *record) {
  uint64_t tag;
  memset(record, 0, sizeof *record);
  while (from.at < from.end) {
    if (!get_varint(&from, &tag)) return false;
    if (tag == 0x08)
      record->has_key = get_varint(&from, &record->key);
    else if (tag == 0x10)
      record->has_hash_key = get_varint(&from, &record->hash_key);
    else if (tag == 0x1A)
      record->has_data = get_content(&from, &record->data);
    else if (!skip(&from, tag))
      return false;
    if ((tag == 0x08 && !record->has_key) || (tag == 0x10 && !record->has_hash_key) ||
        (tag == 0x1A && !record->has_data))
      return false;
  }
  return record->has_key && record->has_data;
}

/*
 * The next user record: 1, none: 0, a fault: -1. Keys on the way are put into the tables, if there are any.
 */
static int next(reader *from, table *tables, fields *record) {
  uint64_t tag;
  reader content;
  while (from->at < from->end) {
    if (!get_varint(from, &tag)) return -1;
    if (tag == 0x1A) return get_content(from, &content) && get_record(content, record) ? 1 : -1;
    if (tag == 0x0A || tag == 0x12) {
      table *keys = tables != NULL ? &tables[tag == 0x12] : NULL;
      if (!get_content(from, &content)) return -1;
      if (keys == NULL) continue;
      if (keys->count == KEYS) return -1;
      keys->keys[keys->count].start = content.at;
      keys->keys[keys->count++].len = (size_t)(content.end - content.at);
    } else if (!skip(from, tag)) {
      return -1;
    }
  }
  return 0;
}

bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *)) {
  const uint8_t *bytes = data;
  uint8_t digest[DIGEST_LEN];
  table tables[2];
  reader all;
  fields record;
  uint64_t greatest = 0, greatest_hash = 0;
  size_t count = 0;
  int found;
  if (len <= FRAME_LEN || memcmp(bytes, magic, MAGIC_LEN) != 0) return false;
  small_md5(NULL, bytes + MAGIC_LEN, len - FRAME_LEN, digest);
  if (memcmp(digest, bytes + len - DIGEST_LEN, DIGEST_LEN) != 0) return false;
  tables[0].count = tables[1].count = 0;
  all.at = bytes + MAGIC_LEN;
  all.end = bytes + len - DIGEST_LEN;
  while ((found = next(&all, tables, &record)) > 0) {
    count++;
    if (record.key > greatest) greatest = record.key;
    if (record.has_hash_key && record.hash_key >= greatest_hash) greatest_hash = record.hash_key + 1;
  }
  if (found < 0 || (count > 0 && greatest >= tables[0].count) || greatest_hash > tables[1].count)
    return false;
  all.at = bytes + MAGIC_LEN;
  while (next(&all, NULL, &record) > 0) {
    const key *partition_key = &tables[0].keys[record.key];
    const key *hash_key = record.has_hash_key ? &tables[1].keys[record.hash_key] : NULL;
    const kagg_user_record out = {(const char *)partition_key->start,
                                  partition_key->len,
                                  hash_key != NULL ? (const char *)hash_key->start : NULL,
                                  hash_key != NULL ? hash_key->len : 0,
                                  record.data.at,
                                  (size_t)(record.data.end - record.data.at),
                                  0,
                                  1};
    take(&out);
  }
  return true;
}
