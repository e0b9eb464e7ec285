/*
 * The format by nanopb, its messages generated from nanopb/kagg.proto. Keys are in tables of 16; user records
 * are encoded into the buffer as they come, and keys into a second one, so that it takes more memory than the
 * others. It leaves out: more than 16 keys in what is read, keys checked as UTF-8 or as decimals, tags, what
 * is wrong and where.
 */
#include <pb_decode.h>
#include <pb_encode.h>
#include <string.h>

#include "engine_keys.h"
#include "kagg.pb.h"

/* ---- writing ------------------------------------------------------------------------------------------- */

static bool put_bytes(pb_ostream_t *out, const pb_field_t *field, void *const *argument) {
  const key *bytes = *argument;
  return pb_encode_tag_for_field(out, field) && pb_encode_string(out, bytes->start, bytes->len);
}

static bool put_keys(pb_ostream_t *out, const pb_field_t *field, void *const *argument) {
  const table *keys = *argument;
  size_t number;
  for (number = 0; number < keys->count; number++)
    if (!pb_encode_tag_for_field(out, field) ||
        !pb_encode_string(out, keys->keys[number].start, keys->keys[number].len))
      return false;
  return true;
}

static size_t field_len(size_t len) { return 1 + (len > 0x7F) + 1 + len; }

int engine_add(const kagg_user_record *add) {
  bool has_hash_key = add->explicit_hash_key != NULL, is_new, is_new_hash = false;
  size_t number = number_of(&held.tables[0], add->partition_key, add->partition_key_len), hash_number = 0;
  size_t keys_len = 0, key_bytes = 0, len;
  const key data = {add->data, add->data_len};
  Record record = Record_init_zero;
  pb_ostream_t out;
  if (add->partition_key_len == 0 || add->partition_key_len > 256) return REFUSED;
  is_new = number == held.tables[0].count;
  if (is_new) key_bytes = add->partition_key_len, keys_len = field_len(key_bytes);
  if (has_hash_key) {
    if (add->explicit_hash_key_len == 0 || add->explicit_hash_key_len > 39) return REFUSED;
    hash_number = number_of(&held.tables[1], add->explicit_hash_key, add->explicit_hash_key_len);
    is_new_hash = hash_number == held.tables[1].count;
    if (is_new_hash)
      key_bytes += add->explicit_hash_key_len, keys_len += field_len(add->explicit_hash_key_len);
  }
  if (number == KEYS || hash_number == KEYS || held.sealed || held.key_bytes + key_bytes > KEY_BYTES)
    return FULL;
  record.partition_key_index = number;
  record.has_explicit_hash_key_index = has_hash_key;
  record.explicit_hash_key_index = hash_number;
  record.data.funcs.encode = put_bytes;
  record.data.arg = (void *)&data;
  if (!pb_get_encoded_size(&len, Record_fields, &record)) return REFUSED;
  if (FRAME_LEN + held.records_len + held.keys_len + len + 4 + keys_len > held.len) {
    /* A few bytes may be free: the exact length of the field. */
    pb_ostream_t size = PB_OSTREAM_SIZING;
    if (!pb_encode_tag(&size, PB_WT_STRING, AggregatedRecord_records_tag) || !pb_encode_varint(&size, len))
      return REFUSED;
    if (FRAME_LEN + held.records_len + held.keys_len + size.bytes_written + len + keys_len > held.len)
      return held.records_len > 0 ? FULL : REFUSED;
  }
  out = pb_ostream_from_buffer(held.buffer + MAGIC_LEN + held.records_len,
                               held.len - MAGIC_LEN - held.records_len);
  if (!pb_encode_tag(&out, PB_WT_STRING, AggregatedRecord_records_tag) ||
      !pb_encode_submessage(&out, Record_fields, &record))
    return REFUSED;
  if (held.records_len == 0) held.has_hash_key = has_hash_key;
  held.records_len += out.bytes_written;
  if (is_new) remember(&held.tables[0], add->partition_key, add->partition_key_len);
  if (is_new_hash) remember(&held.tables[1], add->explicit_hash_key, add->explicit_hash_key_len);
  return ADDED;
}

bool engine_finish(kagg_record *out) {
  const key *first = &held.tables[0].keys[0], *first_hash = &held.tables[1].keys[0];
  if (held.records_len == 0) return false;
  if (!held.sealed) {
    uint8_t *message = held.buffer + MAGIC_LEN;
    AggregatedRecord tables = AggregatedRecord_init_zero;
    pb_ostream_t keys = pb_ostream_from_buffer(message, held.keys_len);
    tables.partition_key_table.funcs.encode = tables.explicit_hash_key_table.funcs.encode = put_keys;
    tables.partition_key_table.arg = &held.tables[0];
    tables.explicit_hash_key_table.arg = &held.tables[1];
    memmove(message + held.keys_len, message, held.records_len);
    if (!pb_encode(&keys, AggregatedRecord_fields, &tables)) return false;
    memcpy(held.buffer, magic, MAGIC_LEN);
    small_md5(NULL, message, held.keys_len + held.records_len, message + held.keys_len + held.records_len);
    held.sealed = true;
  }
  out->partition_key = (const char *)first->start;
  out->partition_key_len = first->len;
  out->explicit_hash_key = held.has_hash_key ? (const char *)first_hash->start : NULL;
  out->explicit_hash_key_len = held.has_hash_key ? first_hash->len : 0;
  out->data = held.buffer;
  out->data_len = FRAME_LEN + held.keys_len + held.records_len;
  return true;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

/* Where the bytes of a stream over a buffer are. */
static bool get_bytes(pb_istream_t *from, const pb_field_t *field, void **argument) {
  key *bytes = *argument;
  (void)field;
  bytes->start = from->state;
  bytes->len = from->bytes_left;
  return pb_read(from, NULL, from->bytes_left);
}

static bool get_key(pb_istream_t *from, const pb_field_t *field, void **argument) {
  table *keys = *argument;
  void *place;
  if (keys->count == KEYS) return false;
  place = &keys->keys[keys->count++];
  return get_bytes(from, field, &place);
}

typedef struct reading {
  table tables[2];
  uint64_t count, greatest, greatest_hash;
  void (*take)(const kagg_user_record *);
} reading;

static bool get_record(pb_istream_t *from, const pb_field_t *field, void **argument) {
  reading *to = *argument;
  key data = {NULL, 0};
  Record record = Record_init_zero;
  (void)field;
  record.data.funcs.decode = get_bytes;
  record.data.arg = &data;
  if (!pb_decode(from, Record_fields, &record) || data.start == NULL) return false;
  if (to->take == NULL) {
    to->count++;
    if (record.partition_key_index > to->greatest) to->greatest = record.partition_key_index;
    if (record.has_explicit_hash_key_index && record.explicit_hash_key_index >= to->greatest_hash)
      to->greatest_hash = record.explicit_hash_key_index + 1;
  } else {
    const key *partition_key = &to->tables[0].keys[record.partition_key_index];
    const key *hash_key =
        record.has_explicit_hash_key_index ? &to->tables[1].keys[record.explicit_hash_key_index] : NULL;
    const kagg_user_record out = {(const char *)partition_key->start,
                                  partition_key->len,
                                  hash_key != NULL ? (const char *)hash_key->start : NULL,
                                  hash_key != NULL ? hash_key->len : 0,
                                  data.start,
                                  data.len,
                                  0,
                                  1};
    to->take(&out);
  }
  return true;
}

bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *)) {
  const uint8_t *bytes = data;
  uint8_t digest[DIGEST_LEN];
  reading to = {0};
  AggregatedRecord message = AggregatedRecord_init_zero;
  pb_istream_t from;
  if (len <= FRAME_LEN || memcmp(bytes, magic, MAGIC_LEN) != 0) return false;
  small_md5(NULL, bytes + MAGIC_LEN, len - FRAME_LEN, digest);
  if (memcmp(digest, bytes + len - DIGEST_LEN, DIGEST_LEN) != 0) return false;
  message.partition_key_table.funcs.decode = message.explicit_hash_key_table.funcs.decode = get_key;
  message.partition_key_table.arg = &to.tables[0];
  message.explicit_hash_key_table.arg = &to.tables[1];
  message.records.funcs.decode = get_record;
  message.records.arg = &to;
  from = pb_istream_from_buffer(bytes + MAGIC_LEN, len - FRAME_LEN);
  if (!pb_decode(&from, AggregatedRecord_fields, &message)) return false;
  if ((to.count > 0 && to.greatest >= to.tables[0].count) || to.greatest_hash > to.tables[1].count)
    return false;
  /* Once more, now that all keys are known; these are passed over. */
  message.partition_key_table.funcs.decode = message.explicit_hash_key_table.funcs.decode = NULL;
  to.take = take;
  from = pb_istream_from_buffer(bytes + MAGIC_LEN, len - FRAME_LEN);
  return pb_decode(&from, AggregatedRecord_fields, &message);
}
