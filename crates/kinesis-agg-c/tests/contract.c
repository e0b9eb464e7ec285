/*
 * What the header promises, seen from C and, compiled again, from C++: statics that were never initialised,
 * lifetimes, digests, full buffers. With AddressSanitizer a pointer that leads out of its buffer ends the
 * program.
 */
#include <kinesis_agg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
      exit(1); \
    } \
  } while (0)

/* In .bss, all zero. */
static kagg_aggregator aggregator;
static kagg_reader reader;
static kagg_key_slot slots[4];
static uint8_t first[KAGG_BUFFER_LEN(3, 4, 1, 3, 1)], second[KAGG_BUFFER_LEN(3, 4, 1, 3, 1)];

static kagg_user_record user_record(const char *key, const char *hash_key, const char *data) {
  kagg_user_record record;
  memset(&record, 0, sizeof record);
  record.partition_key = key;
  record.partition_key_len = strlen(key);
  record.explicit_hash_key = hash_key;
  record.explicit_hash_key_len = hash_key != NULL ? strlen(hash_key) : 0;
  record.data = data;
  record.data_len = strlen(data);
  return record;
}

static kagg_status add(const char *data) {
  kagg_user_record record = user_record("key", "340282366920938463463374607431768211455", data);
  bool fits = kagg_would_fit(&aggregator, &record);
  kagg_status status = kagg_add(&aggregator, &record);
  CHECK(fits == (status == KAGG_OK));
  return status;
}

static void statics_are_not_initialised(void) {
  kagg_user_record record = user_record("key", NULL, "data");
  kagg_record out;
  CHECK(kagg_add(&aggregator, &record) == KAGG_NOT_INITIALIZED && !kagg_would_fit(&aggregator, &record));
  CHECK(kagg_finish(&aggregator, &out) == KAGG_NOT_INITIALIZED &&
        kagg_clear(&aggregator) == KAGG_NOT_INITIALIZED);
  CHECK(kagg_size(&aggregator) == 0 && kagg_count(&aggregator) == 0 && kagg_left(&reader) == 0);
  CHECK(kagg_next(&reader, &record) == KAGG_NOT_INITIALIZED);
}

/* The buffer is as long as the macro says: what it promises fits, and not one byte more. */
static void buffers_are_filled_to_the_byte(void) {
  kagg_record record, again;
  CHECK(kagg_init(&aggregator, first, sizeof first, slots, 4) == KAGG_OK);
  CHECK(kagg_finish(&aggregator, &record) == KAGG_EMPTY && record.data == NULL && record.data_len == 0);
  CHECK(add("21.5") == KAGG_OK && add("21.6") == KAGG_OK && add("21.4") == KAGG_OK);
  CHECK(kagg_size(&aggregator) == sizeof first && kagg_count(&aggregator) == 3);
  CHECK(add("") == KAGG_FULL && kagg_count(&aggregator) == 3);
  CHECK(kagg_finish(&aggregator, &record) == KAGG_OK && kagg_finish(&aggregator, &again) == KAGG_OK);
  CHECK(memcmp(&record, &again, sizeof record) == 0 && record.data_len == sizeof first &&
        record.user_records == 3);
  CHECK(record.partition_key_len == 3 && memcmp(record.partition_key, "key", 3) == 0);
  CHECK(record.explicit_hash_key_len == 39 && kagg_is_aggregated(record.data, record.data_len));
  CHECK(add("21.7") == KAGG_FULL);
}

/*
 * What buffer and slots hold does not matter, not even a buffer that has the key already and a slot that leads to
 * it. A slot has eight bits of the hash of its key; one of the 256 values is right.
 */
static void contents_do_not_matter(void) {
  static const uint8_t entry[] = {0x0A, 3, 'k', 'e', 'y'};
  uint8_t buffer[128];
  uint32_t hash;
  for (hash = 0; hash < 256; hash++) {
    kagg_user_record in = user_record("key", NULL, "data"), out;
    kagg_record record;
    memcpy(buffer + 50, entry, sizeof entry);
    slots[0].opaque[0] = 50;
    slots[0].opaque[1] = hash << 24;
    CHECK(kagg_init(&aggregator, buffer, sizeof buffer, slots, 1) == KAGG_OK);
    CHECK(kagg_would_fit(&aggregator, &in) && kagg_add(&aggregator, &in) == KAGG_OK);
    CHECK(kagg_finish(&aggregator, &record) == KAGG_OK && record.partition_key_len == 3);
    CHECK(kagg_parse(&reader, record.data, record.data_len) == KAGG_OK);
    CHECK(kagg_next(&reader, &out) == KAGG_OK && memcmp(out.partition_key, "key", 3) == 0);
  }
}

/* Follows buffers_are_filled_to_the_byte. */
static void buffers_are_exchanged(void) {
  kagg_record full, next;
  kagg_user_record record;
  kagg_reader copy;
  CHECK(kagg_replace_buffer(&aggregator, first, sizeof first, &full) == KAGG_OVERLAP);
  CHECK(kagg_replace_buffer(&aggregator, second, sizeof second, &full) == KAGG_OK && full.data == first);
  CHECK(kagg_count(&aggregator) == 0 && add("next") == KAGG_OK);
  CHECK(kagg_parse(&reader, full.data, full.data_len) == KAGG_OK && kagg_left(&reader) == 3);
  CHECK(kagg_next(&reader, &record) == KAGG_OK && record.data_len == 4 &&
        memcmp(record.data, "21.5", 4) == 0);
  copy = reader;
  CHECK(kagg_next(&reader, &record) == KAGG_OK && kagg_next(&copy, &record) == KAGG_OK);
  CHECK(memcmp(record.data, "21.6", 4) == 0 && record.sub_sequence_number == 1 && record.aggregated == 1);
  CHECK((const uint8_t *)record.data > first && (const uint8_t *)record.data < first + sizeof first);
  /* A user record that was read can be added again as it is. */
  CHECK(kagg_add(&aggregator, &record) == KAGG_OK);
  CHECK(kagg_replace_buffer(&aggregator, first, sizeof first, &next) == KAGG_OK && next.user_records == 2);
  CHECK(kagg_replace_buffer(&aggregator, second, sizeof second, &full) == KAGG_EMPTY);
}

/* A record that is used after kagg_clear leads to bytes of the buffer, and nowhere else. */
static void stale_records_stay_in_the_buffer(void) {
  const size_t len = 128;
  uint8_t *buffer = (uint8_t *)malloc(len);
  kagg_record record;
  unsigned sum = 0;
  size_t byte;
  CHECK(buffer != NULL && kagg_init(&aggregator, buffer, len, slots, 4) == KAGG_OK);
  CHECK(add("first") == KAGG_OK && kagg_finish(&aggregator, &record) == KAGG_OK);
  CHECK(kagg_clear(&aggregator) == KAGG_OK && add("second one") == KAGG_OK);
  CHECK((const uint8_t *)record.data >= buffer &&
        (const uint8_t *)record.data + record.data_len <= buffer + len);
  for (byte = 0; byte < record.data_len; byte++) sum += ((const uint8_t *)record.data)[byte];
  for (byte = 0; byte < record.partition_key_len; byte++) sum += (unsigned char)record.partition_key[byte];
  CHECK(sum > 0);
  free(buffer);
}

static void counting_md5(void *context, const void *message, size_t len, uint8_t *digest) {
  ++*(unsigned *)context;
  kagg_md5(NULL, message, len, digest);
}

static void own_digests_are_used(void) {
  unsigned calls = 0;
  kagg_record record;
  kagg_user_record out;
  kagg_hash_key one, other;
  CHECK(kagg_init_with_digest(&aggregator, first, sizeof first, NULL, 0, counting_md5, &calls) == KAGG_OK);
  CHECK(add("data") == KAGG_OK && calls == 0);
  CHECK(kagg_finish(&aggregator, &record) == KAGG_OK && kagg_finish(&aggregator, &record) == KAGG_OK &&
        calls == 1);
  CHECK(kagg_parse_with_digest(&reader, record.data, record.data_len, counting_md5, &calls) == KAGG_OK &&
        calls == 2);
  CHECK(kagg_deaggregate_with_digest(&reader, "k", 1, record.data, record.data_len, counting_md5, &calls) ==
        KAGG_OK);
  CHECK(calls == 3 && kagg_next(&reader, &out) == KAGG_OK && kagg_next(&reader, &out) == KAGG_END);
  CHECK(kagg_is_aggregated_with_digest(record.data, record.data_len, counting_md5, &calls) && calls == 4);
  CHECK(kagg_hash_key_of_with_digest("key", 3, counting_md5, &calls, &one) == KAGG_OK && calls == 5);
  CHECK(kagg_hash_key_of("key", 3, &other) == KAGG_OK && one.high == other.high && one.low == other.low);
}

static void refusals_say_why(void) {
  static const uint8_t small[20] = {0};
  kagg_user_record record = user_record("key", NULL, "data");
  kagg_parse_error error;
  char text[80];
  CHECK(kagg_init(&aggregator, first, sizeof first, NULL, 0) == KAGG_OK);
  record.partition_key = "\xFF\xFF\xFF";
  CHECK(kagg_add(&aggregator, &record) == KAGG_NOT_UTF8);
  record = user_record("", NULL, "data");
  CHECK(kagg_add(&aggregator, &record) == KAGG_PARTITION_KEY);
  record = user_record("key", "012", "data");
  CHECK(kagg_add(&aggregator, &record) == KAGG_EXPLICIT_HASH_KEY);
  CHECK(kagg_parse(&reader, small, sizeof small) == KAGG_NOT_AN_AGGREGATE && kagg_left(&reader) == 0);
  CHECK(kagg_reason(&reader, &error) == KAGG_OK && error.kind == KAGG_PARSE_NO_MAGIC && error.offset == 0);
  CHECK(kagg_parse_error_text(&error, text, sizeof text) == strlen(text));
  CHECK(strcmp(text, "no magic of an aggregated record at byte 0") == 0);
  CHECK(kagg_parse_error_text(&error, text, 9) == 42 && strcmp(text, "no magic") == 0);
  memset(&error, 0, sizeof error);
  CHECK(kagg_parse_error_text(&error, text, sizeof text) == strlen(text) && strlen(text) > 0);
  CHECK(strcmp(kagg_status_text(KAGG_FULL), "the aggregate is full") == 0);
  CHECK(strlen(kagg_status_text((kagg_status)12345)) > 0);
}

static void limits_hold(void) {
  kagg_record record;
  CHECK(kagg_init(&aggregator, first, sizeof first, slots, 4) == KAGG_OK);
  CHECK(kagg_set_size_limit(&aggregator, sizeof first - 1) == KAGG_OK);
  CHECK(add("21.5") == KAGG_OK && add("21.6") == KAGG_OK && add("21.4") == KAGG_FULL &&
        add("1.4") == KAGG_OK);
  CHECK(kagg_set_size_limit(&aggregator, 1000) == KAGG_NOT_EMPTY &&
        kagg_set_record_limit(&aggregator, 1) == KAGG_NOT_EMPTY);
  CHECK(kagg_clear(&aggregator) == KAGG_OK && kagg_set_record_limit(&aggregator, 60) == KAGG_OK);
  CHECK(add("21.5") == KAGG_TOO_LARGE && kagg_finish(&aggregator, &record) == KAGG_EMPTY);
  CHECK(kagg_init(&aggregator, first, 10, slots, 4) == KAGG_OK && add("21.5") == KAGG_BUFFER_TOO_SMALL);
}

static void shards_are_found(void) {
  kagg_hash_key_range ranges[3];
  kagg_hash_key last = {UINT64_MAX, UINT64_MAX};
  size_t shard = 9;
  char text[40];
  CHECK(kagg_even_split(ranges, 3) == KAGG_OK && kagg_shard_of(ranges, 3, &last, &shard) == KAGG_OK &&
        shard == 2);
  CHECK(kagg_shard_of(ranges, 2, &last, &shard) == KAGG_NO_SHARD && shard == 2);
  CHECK(kagg_shard_of(ranges, 3, &ranges[1].start, &shard) == KAGG_OK && shard == 1);
  CHECK(kagg_shard_of(ranges, 3, &ranges[0].end, &shard) == KAGG_OK && shard == 0);
  CHECK(kagg_hash_key_text(&ranges[1].start, text, sizeof text) == 39);
  CHECK(strcmp(text, "113427455640312821154458202477256070485") == 0);
}

int main(void) {
  statics_are_not_initialised();
  buffers_are_filled_to_the_byte();
  buffers_are_exchanged();
  contents_do_not_matter();
  stale_records_stay_in_the_buffer();
  own_digests_are_used();
  refusals_say_why();
  limits_hold();
  shards_are_found();
  puts("the contract holds");
  return 0;
}
