/*
 * The vectors of tests/vectors, line by line, through the library.
 *
 *   vectors aggregation FILE             what other producers wrote, byte for byte, and read
 *   vectors deaggregation FILE REFUSALS  what official runtimes read; kind and offset of each refusal
 *   vectors effective_hash_key FILE      hash keys of partition keys and of explicit hash keys
 *   vectors shard_filter FILE            what KCL drops, by the hash keys of the library
 *   vectors lambda_events FILE           what the Python module takes out of the events of Lambda functions
 */
#include <kinesis_agg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static const char *id;

#define CHECK(condition) \
  do { \
    if (!(condition)) fail("%s: line %d: %s", id, __LINE__, #condition); \
  } while (0)

static bool same(const void *one, size_t one_len, const void *two, size_t two_len) {
  return one_len == two_len && (one_len == 0 || memcmp(one, two, one_len) == 0);
}

static bool same_text(const char *text, size_t len, const json *value) {
  return value->type == JSON_TEXT ? text != NULL && same(text, len, value->text, value->text_len)
                                  : text == NULL;
}

/* Whether a user record has these keys and this data. */
static bool is_record(const kagg_user_record *record, const json *expected) {
  size_t len;
  uint8_t *data = json_bytes(expected, "data_b64", &len);
  bool equal = same(record->data, record->data_len, data, len) &&
               same_text(record->partition_key, record->partition_key_len, json_get(expected, "pk")) &&
               same_text(record->explicit_hash_key, record->explicit_hash_key_len, json_get(expected, "ehk"));
  free(data);
  return equal;
}

/* A copy of exactly this length, so that a sanitizer sees a byte too many. */
static uint8_t *exactly(const void *bytes, size_t len) {
  uint8_t *copy = must_allocate(len);
  if (len > 0) memcpy(copy, bytes, len);
  return copy;
}

/* ---- aggregation --------------------------------------------------------------------------------------- */

typedef struct input {
  char partition_key[4096], explicit_hash_key[4096];
  kagg_user_record record;
} input;

/* Replaces {i}. */
static size_t numbered(char *out, size_t room, const json *text, bool counted, long number) {
  const char *place = counted ? strstr(text->text, "{i}") : NULL;
  int len;
  if (place == NULL) {
    CHECK(text->text_len < room);
    memcpy(out, text->text, text->text_len + 1);
    return text->text_len;
  }
  len = snprintf(out, room, "%.*s%ld%s", (int)(place - text->text), text->text, number, place + 3);
  CHECK(len > 0 && (size_t)len < room && strstr(place + 3, "{i}") == NULL);
  return (size_t)len;
}

/* The service's rules for keys, written here again. */
static bool keys_are_valid(const kagg_user_record *record) {
  static const char greatest[] = "340282366920938463463374607431768211455";
  size_t chars = 0, byte, len = record->explicit_hash_key_len;
  const char *explicit_hash_key = record->explicit_hash_key;
  for (byte = 0; byte < record->partition_key_len; byte++)
    chars += ((uint8_t)record->partition_key[byte] & 0xC0) != 0x80;
  if (chars < 1 || chars > 256) return false;
  if (explicit_hash_key == NULL) return true;
  for (byte = 0; byte < len; byte++)
    if (explicit_hash_key[byte] < '0' || explicit_hash_key[byte] > '9') return false;
  if (len == 0 || (len > 1 && explicit_hash_key[0] == '0')) return false;
  return len < sizeof greatest - 1 ||
         (len == sizeof greatest - 1 && strncmp(explicit_hash_key, greatest, len) <= 0);
}

static int hex_digit(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

/* Compares a Kinesis record with what a producer wrote. */
static void check_output(const kagg_record *record, const json *expected, long after, bool is_kpl) {
  size_t len;
  CHECK(json_number(expected, "after", -2) == after);
  CHECK(json_number(expected, "num_records", -1) == (long long)record->user_records);
  if (!is_kpl) {
    CHECK(same_text(record->partition_key, record->partition_key_len, json_get(expected, "pk")));
    CHECK(same_text(record->explicit_hash_key, record->explicit_hash_key_len, json_get(expected, "ehk")));
  }
  if (json_is(expected, "not_aggregated", JSON_TRUE)) {
    /* Sent plain by its producer: the same data is in the aggregate. */
    uint8_t *data = json_bytes(expected, "blob_b64", &len);
    kagg_reader reader;
    kagg_user_record lone;
    CHECK(kagg_parse(&reader, record->data, record->data_len) == KAGG_OK && kagg_left(&reader) == 1);
    CHECK(kagg_next(&reader, &lone) == KAGG_OK && same(lone.data, lone.data_len, data, len));
    free(data);
    return;
  }
  CHECK(json_number(expected, "blob_len", -1) == (long long)record->data_len);
  if (json_is(expected, "blob_b64", JSON_TEXT)) {
    uint8_t *data = json_bytes(expected, "blob_b64", &len);
    CHECK(same(record->data, record->data_len, data, len));
    free(data);
  } else {
    /* By the digest, which is right and at the end. */
    const char *digest = json_text(expected, "body_md5");
    const uint8_t *end = (const uint8_t *)record->data + record->data_len - 16;
    int byte;
    CHECK(strlen(digest) == 32 && kagg_is_aggregated(record->data, record->data_len));
    for (byte = 0; byte < 16; byte++)
      CHECK(end[byte] == (hex_digit(digest[2 * byte]) << 4 | hex_digit(digest[2 * byte + 1])));
  }
}

/* Adds all input; compares what comes out. `compare`: the line is to be equal. */
static void aggregate(const json *line, bool compare) {
  const json *inputs = json_get(line, "input"), *outputs = json_get(line, "output");
  const json *rejected = json_get(line, "rejected");
  bool is_kpl = strcmp(json_text(line, "generator"), "kpl") == 0;
  size_t max_size = (size_t)json_number(line, "max_size", is_kpl ? 10 << 20 : 1 << 20);
  size_t slots = 32, item, output = 0, refused = 0;
  long position = 0;
  kagg_aggregator aggregator;
  kagg_key_slot *slot;
  kagg_record record;
  kagg_status status;
  uint8_t *buffer = must_allocate(max_size);
  input *in = must_allocate(sizeof *in);
  bool by_rule = false;
  for (item = 0; item < inputs->count; item++)
    slots += 8 * (size_t)json_number(&inputs->items[item], "count", 1);
  slot = must_allocate(slots * sizeof *slot);
  CHECK(kagg_init(&aggregator, buffer, max_size, slot, slots) == KAGG_OK);
  CHECK(kagg_set_record_limit(&aggregator, 10 << 20) == KAGG_OK);
  for (item = 0; item < inputs->count; item++) {
    const json *each = &inputs->items[item], *fill = json_get(each, "data_fill");
    long number, count = (long)json_number(each, "count", 1);
    bool counted = json_is(each, "count", JSON_NUMBER);
    size_t len = fill->count == 2 ? (size_t)fill->items[1].number : 0;
    uint8_t *data = fill->count == 2 ? must_allocate(len) : json_bytes(each, "data_b64", &len), *exact;
    if (fill->count == 2) memset(data, (int)fill->items[0].number, len);
    exact = exactly(data, len);
    for (number = 0; number < count; number++, position++) {
      kagg_user_record *add = &in->record;
      const json *explicit_hash_key = json_get(each, "ehk");
      memset(add, 0, sizeof *add);
      add->partition_key = in->partition_key;
      add->partition_key_len =
          numbered(in->partition_key, sizeof in->partition_key, json_get(each, "pk"), counted, number);
      if (explicit_hash_key->type == JSON_TEXT) {
        add->explicit_hash_key = in->explicit_hash_key;
        add->explicit_hash_key_len =
            numbered(in->explicit_hash_key, sizeof in->explicit_hash_key, explicit_hash_key, counted, number);
      }
      add->data = exact;
      add->data_len = len;
      CHECK(kagg_would_fit(&aggregator, add) == ((status = kagg_add(&aggregator, add)) == KAGG_OK));
      if (status == KAGG_FULL) {
        size_t size = kagg_size(&aggregator);
        CHECK(kagg_finish(&aggregator, &record) == KAGG_OK && record.data_len == size && size <= max_size);
        if (compare && !by_rule) {
          CHECK(output < outputs->count);
          check_output(&record, &outputs->items[output++], position, is_kpl);
        }
        CHECK(kagg_clear(&aggregator) == KAGG_OK);
        status = kagg_add(&aggregator, add);
        CHECK(status == KAGG_OK);
      }
      CHECK((status == KAGG_PARTITION_KEY || status == KAGG_EXPLICIT_HASH_KEY) == !keys_are_valid(add));
      if (status == KAGG_TOO_LARGE) {
        if (compare && !by_rule) {
          CHECK(refused < rejected->count);
          CHECK(json_number(&rejected->items[refused++], "index", -2) == position);
        }
      } else if (status != KAGG_OK) {
        /* Other producers take such keys: what they wrote is there to be read only. */
        by_rule = true;
      }
    }
    free(data);
    free(exact);
  }
  status = kagg_finish(&aggregator, &record);
  if (compare && !by_rule) {
    if (status == KAGG_OK) {
      CHECK(output < outputs->count);
      check_output(&record, &outputs->items[output++], -1, is_kpl);
    }
    CHECK(output == outputs->count && refused == rejected->count);
  }
  free(buffer);
  free(slot);
  free(in);
}

/* Whatever a producer wrote is read. */
static void read_outputs(const json *line) {
  const json *outputs = json_get(line, "output");
  size_t item;
  for (item = 0; item < outputs->count; item++) {
    const json *output = &outputs->items[item];
    kagg_reader reader;
    kagg_user_record record;
    kagg_parse_error reason;
    size_t len, count = 0;
    uint8_t *data;
    bool plain = json_is(output, "not_aggregated", JSON_TRUE) || !json_is(output, "unreadable", JSON_NULL);
    if (!json_is(output, "blob_b64", JSON_TEXT)) continue;
    data = json_bytes(output, "blob_b64", &len);
    CHECK(kagg_deaggregate(&reader, "outer", 5, data, len) == KAGG_OK &&
          kagg_reason(&reader, &reason) == KAGG_OK);
    while (kagg_next(&reader, &record) == KAGG_OK)
      CHECK(record.aggregated == !plain && record.sub_sequence_number == count++);
    CHECK(plain ? reason.kind != KAGG_PARSE_OK && count == 1
                : reason.kind == KAGG_PARSE_OK && (long long)count == json_number(output, "num_records", -1));
    free(data);
  }
}

static void aggregation(const json *line) {
  aggregate(line, json_is(line, "equals_exact_greedy", JSON_TRUE));
  read_outputs(line);
}

/* ---- deaggregation ------------------------------------------------------------------------------------- */

/* What official runtimes read and this library refuses: docs/reference/format.md decides so. */
static const struct {
  const char *id;
  kagg_parse_error_kind kind;
} stricter[] = {
    {"deagg-a_varint_overflow_bits-000", KAGG_PARSE_VARINT_OVERFLOW},
    {"deagg-a_varint_overflow_bits-001", KAGG_PARSE_VARINT_OVERFLOW},
    {"deagg-u_invalid_unused-000", KAGG_PARSE_KEY_NOT_UTF8},
    {"deagg-u_invalid_tag-000", KAGG_PARSE_TAG_NOT_UTF8},
    {"deagg-f_mutated-019", KAGG_PARSE_KEY_NOT_UTF8},
    {"deagg-f_mutated-030", KAGG_PARSE_KEY_NOT_UTF8},
};

static char *refusals;

/* A kind and its numbers, as the golden table writes them. */
static void golden(const kagg_parse_error *error, char *out, size_t room) {
  static const char *const names[] = {"",
                                      "NotAggregated",
                                      "TooShort { len: %F, needed: %L }",
                                      "TooLong",
                                      "Digest",
                                      "VarintTruncated",
                                      "VarintTooLong",
                                      "VarintOverflow",
                                      "FieldNumber",
                                      "WireType",
                                      "FixedTruncated",
                                      "LengthPastEnd { length: %F, left: %L }",
                                      "GroupEndUnmatched",
                                      "GroupTruncated",
                                      "GroupTooDeep { limit: %L }",
                                      "PartitionKeyIndexMissing",
                                      "DataMissing",
                                      "TagKeyMissing",
                                      "PartitionKeyIndex { index: %F, table_len: %L }",
                                      "ExplicitHashKeyIndex { index: %F, table_len: %L }",
                                      "KeyTooLong { len: %F, limit: %L }",
                                      "KeyNotUtf8",
                                      "TagNotUtf8"};
  const char *at;
  CHECK((size_t)error->kind < sizeof names / sizeof *names);
  for (at = names[error->kind]; *at != 0; at++) {
    int len = at[0] != '%'   ? snprintf(out, room, "%c", *at)
              : at[1] == 'F' ? snprintf(out, room, "%llu", (unsigned long long)error->found)
                             : snprintf(out, room, "%lu", (unsigned long)error->limit);
    at += at[0] == '%';
    out += len;
    room -= (size_t)len;
  }
  snprintf(out, room, " at %lu", (unsigned long)error->offset);
}

/* The line of the golden table for this id has this refusal; it may name others that are as good. */
static void check_refusal(const kagg_parse_error *error) {
  char found[256], key[256], text[256];
  const char *line, *end, *place;
  size_t len;
  golden(error, found, sizeof found);
  len = kagg_parse_error_text(error, text, sizeof text);
  CHECK(len > 0 && len < sizeof text && strlen(text) == len);
  CHECK(kagg_parse_error_text(error, text, 8) == len && strlen(text) == 7);
  if (refusals == NULL) return;
  snprintf(key, sizeof key, "%s\t", id);
  for (line = refusals; line != NULL && strncmp(line, key, strlen(key)) != 0;) {
    line = strchr(line, '\n');
    if (line != NULL) line++;
  }
  CHECK(line != NULL);
  end = strchr(line, '\n');
  place = strstr(line, found);
  if (place == NULL || (end != NULL && place > end))
    fail("%s: %s, not %.*s", id, found, (int)(end - line), line);
}

static void deaggregation(const json *line) {
  const char *verdict = json_text(line, "verdict");
  const json *protobuf = json_get(json_get(line, "reader"), "protobuf"),
             *records = json_get(protobuf, "records");
  size_t len, item, count = 0;
  uint8_t *blob = json_bytes(line, "blob_b64", &len), *data = exactly(blob, len);
  kagg_reader strict, lenient;
  kagg_user_record record;
  kagg_parse_error error, reason;
  kagg_status status = kagg_parse(&strict, data, len);
  bool aggregated = status == KAGG_OK;
  CHECK(aggregated || status == KAGG_NOT_AN_AGGREGATE);
  CHECK(kagg_deaggregate(&lenient, "outer", 5, data, len) == KAGG_OK);
  CHECK(kagg_reason(&strict, &error) == KAGG_OK && kagg_reason(&lenient, &reason) == KAGG_OK);
  CHECK(memcmp(&error, &reason, sizeof error) == 0 && (error.kind == KAGG_PARSE_OK) == aggregated);
  if (!aggregated) {
    check_refusal(&error);
    CHECK(kagg_next(&strict, &record) == KAGG_NOT_INITIALIZED);
    CHECK(kagg_left(&lenient) == 1 && kagg_next(&lenient, &record) == KAGG_OK && !record.aggregated);
    CHECK(same(record.data, record.data_len, data, len) && record.sub_sequence_number == 0);
    CHECK(same(record.partition_key, record.partition_key_len, "outer", 5) &&
          record.explicit_hash_key == NULL);
    CHECK(kagg_next(&lenient, &record) == KAGG_END && kagg_next(&lenient, &record) == KAGG_END);
  }
  if (strcmp(verdict, "records") == 0) {
    for (item = 0; item < sizeof stricter / sizeof *stricter; item++)
      if (strcmp(stricter[item].id, id) == 0) break;
    if (item < sizeof stricter / sizeof *stricter) {
      CHECK(error.kind == stricter[item].kind);
    } else {
      CHECK(aggregated && kagg_left(&strict) == records->count && kagg_left(&lenient) == records->count);
      for (; kagg_next(&strict, &record) == KAGG_OK; count++) {
        CHECK(is_record(&record, &records->items[count]) && record.aggregated == 1);
        CHECK((long long)record.sub_sequence_number == json_number(&records->items[count], "sub_seq", -1));
        CHECK(kagg_next(&lenient, &record) == KAGG_OK && is_record(&record, &records->items[count]));
      }
      CHECK(count == records->count && kagg_next(&lenient, &record) == KAGG_END);
    }
  } else if (strcmp(verdict, "empty") == 0) {
    CHECK(aggregated && kagg_next(&strict, &record) == KAGG_END && kagg_next(&lenient, &record) == KAGG_END);
  } else if (strcmp(verdict, "plain") == 0) {
    CHECK(!aggregated);
  } else if (strcmp(verdict, "records_then_error") == 0) {
    CHECK(error.kind == KAGG_PARSE_PARTITION_KEY_INDEX || error.kind == KAGG_PARSE_EXPLICIT_HASH_KEY_INDEX);
  } else if (strcmp(verdict, "invalid_utf8") == 0) {
    CHECK(error.kind == KAGG_PARSE_KEY_NOT_UTF8 || error.kind == KAGG_PARSE_TAG_NOT_UTF8);
  } else {
    CHECK(strcmp(verdict, "contested") == 0);
    while (kagg_next(&strict, &record) == KAGG_OK) count++;
  }
  free(blob);
  free(data);
}

/* ---- hash keys ----------------------------------------------------------------------------------------- */

/* The hash key of a user record: that of its explicit hash key, if it has one. */
static kagg_status hash_key_of(const kagg_user_record *record, kagg_hash_key *hash_key) {
  if (record->explicit_hash_key != NULL)
    return kagg_hash_key_parse(record->explicit_hash_key, record->explicit_hash_key_len, hash_key);
  return kagg_hash_key_of(record->partition_key, record->partition_key_len, hash_key);
}

static void effective_hash_key(const json *line) {
  const json *pk = json_get(line, "pk"), *ehk = json_get(line, "ehk");
  kagg_user_record record = {0};
  kagg_hash_key hash_key;
  char text[40];
  size_t len, digit;
  bool plain = true;
  kagg_status status;
  record.partition_key = pk->text;
  record.partition_key_len = pk->text_len;
  record.explicit_hash_key = ehk->text;
  record.explicit_hash_key_len = ehk->text_len;
  status = hash_key_of(&record, &hash_key);
  if (ehk->type == JSON_TEXT) {
    plain = ehk->text_len > 0;
    for (digit = 0; digit < ehk->text_len; digit++)
      plain = plain && ehk->text[digit] >= '0' && ehk->text[digit] <= '9';
  }
  if (plain && json_is(line, "in_128_bits", JSON_TRUE)) {
    CHECK(status == KAGG_OK);
    len = kagg_hash_key_text(&hash_key, text, sizeof text);
    CHECK(len == strlen(text) && strcmp(text, json_text(line, "effective")) == 0);
  } else {
    CHECK(status == KAGG_EXPLICIT_HASH_KEY);
  }
}

/* ---- shards -------------------------------------------------------------------------------------------- */

/*
 * Vectors in which KCL drops what must be kept: user records whose explicit hash key is no number, or what is
 * lost in a fault.
 */
static const char *const kept[] = {"shard-059", "shard-060", "shard-061", "shard-063"};

static void shard_filter(const json *line) {
  const json *inputs = json_get(line, "input"), *outputs = json_get(line, "output");
  const json *start = json_get(line, "start"), *end = json_get(line, "end");
  kagg_hash_key_range range = {{0, 0}, {UINT64_MAX, UINT64_MAX}};
  size_t item, output = 0;
  bool equal = true, expected = true;
  if (start->type == JSON_TEXT)
    CHECK(kagg_hash_key_parse(start->text, start->text_len, &range.start) == KAGG_OK);
  if (end->type == JSON_TEXT) CHECK(kagg_hash_key_parse(end->text, end->text_len, &range.end) == KAGG_OK);
  for (item = 0; item < inputs->count; item++) {
    const json *outer = json_get(&inputs->items[item], "pk"), *seq = json_get(&inputs->items[item], "seq");
    kagg_reader reader, again;
    kagg_user_record record;
    kagg_hash_key hash_key;
    size_t len, shard;
    uint8_t *data = json_bytes(&inputs->items[item], "blob_b64", &len);
    bool keep = true;
    CHECK(kagg_deaggregate(&reader, outer->text, outer->text_len, data, len) == KAGG_OK);
    again = reader;
    while (kagg_next(&again, &record) == KAGG_OK)
      if (record.aggregated && hash_key_of(&record, &hash_key) == KAGG_OK)
        keep = keep && kagg_shard_of(&range, 1, &hash_key, &shard) == KAGG_OK;
    while (keep && kagg_next(&reader, &record) == KAGG_OK) {
      const json *out = output < outputs->count ? &outputs->items[output] : NULL;
      output++;
      equal = equal && out != NULL && strcmp(json_text(out, "seq"), seq->text) == 0 &&
              json_is(out, "aggregated", record.aggregated ? JSON_TRUE : JSON_FALSE) &&
              (!record.aggregated || (is_record(&record, out) && (long long)record.sub_sequence_number ==
                                                                     json_number(out, "sub_seq", -1)));
    }
    free(data);
  }
  for (item = 0; item < sizeof kept / sizeof *kept; item++)
    expected = expected && strcmp(kept[item], id) != 0;
  CHECK((equal && output == outputs->count) == expected);
}

/* ---- events of Lambda functions ------------------------------------------------------------------------ */

/* The Python module gives user records without an explicit hash key that of another one. */
static const char *const invented[] = {"event-028", "event-029", "event-030", "event-031"};

/* The data of a user record in the event that the Python module makes: base64, once more in base64 if it is
 * of an aggregate; but raw bytes of a plain record of boto3. */
static bool is_data(const kagg_user_record *record, const json *kinesis) {
  const json *data = json_get(kinesis, "data"), *value = kinesis;
  json text = {0}, inner = {0};
  uint8_t *bytes;
  size_t len;
  bool equal;
  if (data->type == JSON_OBJECT) {
    value = data;
    bytes = json_bytes(value, "$bytes_b64", &len);
    if (record->aggregated) {
      char name[] = "inner";
      text.type = JSON_TEXT, text.name = name, text.text = must_allocate(len + 1);
      memcpy(text.text, bytes, len);
      text.text[len] = 0;
      inner.type = JSON_OBJECT, inner.items = &text, inner.count = 1;
      free(bytes);
      bytes = json_bytes(&inner, "inner", &len);
      free(text.text);
    }
  } else {
    bytes = json_bytes(kinesis, "data", &len);
  }
  equal = same(record->data, record->data_len, bytes, len);
  free(bytes);
  return equal;
}

static void lambda_events(const json *line) {
  static const char *const metadata[] = {"kinesis", "kinesisStreamRecordMetadata", "kinesisRecordMetadata"};
  const json *events = json_get(line, "event"), *generator = json_get(line, "generator");
  const json *outputs = json_get(generator, "output");
  size_t item, output = 0, shape;
  bool has_invented = false;
  for (item = 0; item < sizeof invented / sizeof *invented; item++)
    has_invented = has_invented || strcmp(invented[item], id) == 0;
  /* Where the module has failed there is nothing to compare with. */
  if (!json_is(generator, "error", JSON_NULL) || !json_is(generator, "logged_error", JSON_NULL)) return;
  for (item = 0; item < events->count; item++) {
    const json *event = &events->items[item], *holder = event, *key = json_get(event, "PartitionKey");
    const char *name = "Data_b64";
    kagg_reader reader;
    kagg_user_record record;
    uint8_t *data;
    size_t len;
    for (shape = 0; shape < sizeof metadata / sizeof *metadata; shape++) {
      if (json_is(event, metadata[shape], JSON_NULL)) continue;
      key = json_get(json_get(event, metadata[shape]), "partitionKey");
      name = "data";
      if (shape == 0) holder = json_get(event, metadata[shape]);
    }
    data = json_bytes(holder, name, &len);
    CHECK(kagg_deaggregate(&reader, key->text, key->text_len, data, len) == KAGG_OK);
    while (kagg_next(&reader, &record) == KAGG_OK) {
      const json *kinesis;
      CHECK(output < outputs->count);
      kinesis = json_get(&outputs->items[output++], "kinesis");
      CHECK(is_data(&record, kinesis));
      CHECK(same_text(record.partition_key, record.partition_key_len, json_get(kinesis, "partitionKey")));
      CHECK(json_is(kinesis, "aggregated", JSON_TRUE) == (record.aggregated == 1));
      if (!record.aggregated) continue;
      CHECK(json_number(kinesis, "subSequenceNumber", -1) == (long long)record.sub_sequence_number);
      CHECK((has_invented && record.explicit_hash_key == NULL) ||
            same_text(record.explicit_hash_key, record.explicit_hash_key_len,
                      json_get(kinesis, "explicitHashKey")));
    }
    free(data);
  }
  CHECK(output == outputs->count);
}

/* ---- the program --------------------------------------------------------------------------------------- */

static char *whole(const char *path) {
  FILE *file = fopen(path, "rb");
  size_t len = 0, room = 1 << 20;
  char *text = must_allocate(room);
  if (file == NULL) fail("%s cannot be read", path);
  len = fread(text, 1, room - 1, file);
  if (!feof(file)) fail("%s is too long", path);
  fclose(file);
  text[len] = 0;
  return text;
}

int main(int count, char **arguments) {
  static const struct {
    const char *name;
    void (*check)(const json *line);
  } checks[] = {{"aggregation", aggregation},
                {"deaggregation", deaggregation},
                {"effective_hash_key", effective_hash_key},
                {"shard_filter", shard_filter},
                {"lambda_events", lambda_events}};
  size_t check, lines = 0;
  FILE *file;
  char *text;
  if (count < 3) fail("vectors KIND FILE [REFUSALS]");
  for (check = 0; strcmp(checks[check].name, arguments[1]) != 0;)
    if (++check == sizeof checks / sizeof *checks) fail("there is no kind %s", arguments[1]);
  file = fopen(arguments[2], "rb");
  if (file == NULL) fail("%s cannot be read", arguments[2]);
  if (count > 3) refusals = whole(arguments[3]);
  while ((text = read_line(file)) != NULL) {
    json line = json_read(text);
    id = json_text(&line, "id");
    checks[check].check(&line);
    json_free(&line);
    lines++;
  }
  fclose(file);
  free(refusals);
  if (lines == 0) fail("%s has no lines", arguments[2]);
  printf("%s: %lu lines\n", arguments[1], (unsigned long)lines);
  return 0;
}
