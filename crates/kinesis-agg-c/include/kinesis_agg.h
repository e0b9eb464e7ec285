/*
 * kinesis_agg.h: the Kinesis Aggregated Record Format for C99 and C++.
 *
 * The library packs many small user records into one Kinesis record, an aggregate, and unpacks it. It
 * allocates nothing, has no state outside your memory, does not set errno, and calls no function of yours
 * except an MD5 that you may pass.
 *
 * Pack:                                          Unpack:
 *
 *   static uint8_t buffer[4096];                   kagg_reader reader;
 *   static kagg_key_slot slots[32];                kagg_user_record record;
 *   static kagg_aggregator aggregator;             kagg_deaggregate(&reader, key, key_len, data, len);
 *                                                  while (kagg_next(&reader, &record) == KAGG_OK)
 *   kagg_init(&aggregator, buffer,                     use(&record);
 *             sizeof buffer, slots, 32);
 *   kagg_add(&aggregator, &user_record);
 *   kagg_finish(&aggregator, &record);
 *   ... put record.data ...
 *   kagg_clear(&aggregator);
 *
 * RULES FOR ALL FUNCTIONS
 *
 * Pointers. A function that returns a kagg_status returns KAGG_NULL for a NULL pointer, KAGG_MISALIGNED for a
 * misaligned struct, KAGG_LENGTH for a length that exceeds the address space, and KAGG_OVERLAP for memory
 * that overlaps what the function writes. A pointer whose length is 0 may be NULL. No function can check
 * that the memory exists, or that nobody changes it while it is lent: that is up to you.
 *
 * Lifetimes. Each function says how long it uses what you pass, and how long what it returns stays valid.
 * "During the call" means that you may reuse the memory when the function has returned. "Lent" memory must
 * stay in place, and only the library may change it, until the time that the function names.
 *
 * Texts are a pointer and a length: UTF-8 without a NUL at the end, in both directions. To print one:
 * printf("%.*s", (int)record.partition_key_len, record.partition_key).
 *
 * Threads. Only one thread at a time may use an aggregator or a reader. Different threads may use different
 * ones at the same time.
 *
 * An error leaves everything as it was, unless the function says otherwise.
 */
#ifndef KINESIS_AGG_H
#define KINESIS_AGG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size of a reader depends on it. Old C libraries hide it from C++. */
#ifndef UINTPTR_MAX
#error "UINTPTR_MAX is not defined: define __STDC_LIMIT_MACROS before the first #include <stdint.h>"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- statuses ------------------------------------------------------------------------------------------ */

/* What a function returns. "Held" user records are those that were added since the last kagg_clear. */
typedef enum kagg_status {
  KAGG_OK = 0,
  /* kagg_next: there are no more user records. */
  KAGG_END = 1,
  /* kagg_finish, kagg_replace_buffer: the aggregator holds no user record. */
  KAGG_EMPTY = 2,
  /* kagg_add: does not fit now, or kagg_finish was called. Send, kagg_clear, and add again. */
  KAGG_FULL = 3,
  /* kagg_add: can never fit, not even alone. */
  KAGG_TOO_LARGE = 4,
  /* kagg_add: the buffer is too small for any user record. */
  KAGG_BUFFER_TOO_SMALL = 5,
  /* The partition key does not have 1 to 256 Unicode code points. */
  KAGG_PARTITION_KEY = 6,
  /* The explicit hash key is not a decimal below 2^128; for kagg_add, without leading zeros. */
  KAGG_EXPLICIT_HASH_KEY = 7,
  /* A key is not UTF-8. */
  KAGG_NOT_UTF8 = 8,
  /* kagg_parse: the data is no aggregate; kagg_reason says why. */
  KAGG_NOT_AN_AGGREGATE = 9,
  /* No range contains the hash key, or there are no ranges. */
  KAGG_NO_SHARD = 10,
  /* kagg_set_size_limit, kagg_set_record_limit: the aggregator holds user records. */
  KAGG_NOT_EMPTY = 11,
  /* A pointer is NULL. */
  KAGG_NULL = 12,
  /* A pointer to a struct is not aligned for it. */
  KAGG_MISALIGNED = 13,
  /* A length exceeds the address space. */
  KAGG_LENGTH = 14,
  /* Memory overlaps what the function writes, or what was lent to the aggregator or the reader. */
  KAGG_OVERLAP = 15,
  /*
   * The aggregator or the reader was not initialised; or your MD5 uses the aggregator or the reader that
   * called it.
   */
  KAGG_NOT_INITIALIZED = 16,
  /* A reason that this header does not know. */
  KAGG_OTHER = 17,
  /* Not a status: makes the type as wide as int everywhere. */
  KAGG_STATUS_WIDTH = 0x7FFFFFFF
} kagg_status;

/* A short English text for a status, or for any other number, with a NUL at the end. Always valid. */
const char *kagg_status_text(kagg_status status);

/* ---- user records and Kinesis records ------------------------------------------------------------------ */

/*
 * A user record. kagg_add reads the first six members, kagg_next writes all. Set what you do not use to zero:
 * kagg_user_record record = {0};
 */
typedef struct kagg_user_record {
  /* 1 to 256 Unicode code points of UTF-8. */
  const char *partition_key;
  size_t partition_key_len;
  /* Decimal digits from 0 to 2^128 - 1; NULL if there is none. */
  const char *explicit_hash_key;
  size_t explicit_hash_key_len;
  /* Any bytes; NULL if there are none. */
  const void *data;
  size_t data_len;
  /* kagg_next: the position in the aggregate, from 0. */
  uint64_t sub_sequence_number;
  /* kagg_next: 1 if it came out of an aggregate, 0 if it is the Kinesis record itself. */
  int aggregated;
} kagg_user_record;

/* A Kinesis record: what PutRecord takes, or an entry of PutRecords. */
typedef struct kagg_record {
  const char *partition_key;
  size_t partition_key_len;
  /* NULL if there is none. */
  const char *explicit_hash_key;
  size_t explicit_hash_key_len;
  const void *data;
  size_t data_len;
  /* How many user records are in it. */
  size_t user_records;
} kagg_record;

/* ---- MD5 ----------------------------------------------------------------------------------------------- */

/*
 * An MD5 of yours, such as a microcontroller's hash engine: reads `len` bytes of `message`, where `len`
 * may be 0, and writes 16 to `digest`. `context` is what you passed with the function; it must stay valid
 * while the function may be called. Both pointers are valid during the call. The function must return:
 * neither longjmp nor a C++ exception may leave it. It may call this library, but must not initialise the
 * aggregator or the reader for which it is called, with kagg_init, kagg_parse or kagg_deaggregate. Other
 * functions return KAGG_NOT_INITIALIZED for that aggregator or reader.
 */
typedef void (*kagg_digest)(void *context, const void *message, size_t len, uint8_t *digest);

/*
 * The MD5 in software. Where a function has a twin `_with_digest`, the one without uses it. A firmware that
 * calls only the twins does not contain it if it links with -Wl,--gc-sections. It does nothing if `digest`
 * is NULL, or if `message` is NULL and `len` is not 0.
 */
void kagg_md5(void *context, const void *message, size_t len, uint8_t *digest);

/* ---- packing ------------------------------------------------------------------------------------------- */

/*
 * An aggregator. The library owns its contents; its size and alignment are public so that it can lie
 * anywhere: in .bss, on the stack, in a struct of yours. It has no pointer to itself, so it may be moved by
 * memcpy.
 */
#define KAGG_AGGREGATOR_WORDS 22
typedef struct kagg_aggregator {
  uintptr_t opaque[KAGG_AGGREGATOR_WORDS];
} kagg_aggregator;

/*
 * A place to remember one key, a partition key or an explicit hash key, so that a key which many user
 * records have is written once. For up to 32 distinct keys in an aggregate, use as many slots as keys; for
 * more, four slots for each key. With fewer slots, or none, aggregates are larger but still valid.
 */
typedef struct kagg_key_slot {
  uint32_t opaque[2];
} kagg_key_slot;

/*
 * How many bytes a buffer needs for `records` user records of `data_len` bytes at most, with `keys` distinct
 * partition keys of `key_len` bytes at most and `hash_keys` distinct explicit hash keys (0 if none has one),
 * and the key slots that kagg_key_slot advises. `records` and `keys` are at least 1. Each argument must be
 * below 2^28 and may be evaluated several times. With constants it is a constant expression:
 *
 *   static uint8_t buffer[KAGG_BUFFER_LEN(30, 32, 4, 8, 0)];
 */
#define KAGG_BUFFER_LEN(records, data_len, keys, key_len, hash_keys) \
  ((size_t)20 + (size_t)(keys) * KAGG_FIELD_(key_len) + (size_t)(hash_keys) * KAGG_FIELD_(39) + \
   (size_t)(records) * KAGG_FIELD_(KAGG_INDEX_(keys) + KAGG_FIELD_(data_len) + \
                                   ((hash_keys) > 0 ? KAGG_INDEX_(hash_keys) : 0)))
#define KAGG_VARINT_(n) \
  ((size_t)1 + ((size_t)(n) > 0x7F) + ((size_t)(n) > 0x3FFF) + ((size_t)(n) > 0x1FFFFF))
#define KAGG_FIELD_(len) (1 + KAGG_VARINT_(len) + (size_t)(len))
#define KAGG_INDEX_(keys) (1 + KAGG_VARINT_((keys) > 0 ? (keys) - 1 : 0))

/*
 * Makes an empty aggregator that writes into `buffer`. The three pieces of memory must not overlap. `buffer`
 * and `slots` are lent until the aggregator is initialised again or used no more; what they hold does not
 * matter. `slots` may be NULL with 0. Whatever the aggregator held before is forgotten, also on an error,
 * unless `aggregator` itself is NULL or misaligned.
 */
kagg_status kagg_init(kagg_aggregator *aggregator, void *buffer, size_t buffer_len, kagg_key_slot *slots,
                      size_t slot_count);

/* kagg_init with an MD5 of yours. `digest` must not be NULL; `context` may be. */
kagg_status kagg_init_with_digest(kagg_aggregator *aggregator, void *buffer, size_t buffer_len,
                                  kagg_key_slot *slots, size_t slot_count, kagg_digest digest, void *context);

/*
 * Sets a limit on the size of an aggregate in bytes. The length of the buffer is a limit in any case. Both
 * limits stay until kagg_init. Where size_t has 64 bits, kagg_finish is faster if the buffer is longer than
 * the limit by the bytes of the keys, at most 64 KiB.
 */
kagg_status kagg_set_size_limit(kagg_aggregator *aggregator, size_t bytes);

/*
 * Sets a limit on a Kinesis record in bytes, data and partition key together. The default is 1 MiB, which
 * every stream accepts; the largest is 10 MiB.
 */
kagg_status kagg_set_record_limit(kagg_aggregator *aggregator, size_t bytes);

/*
 * Adds a user record, or changes nothing. It is copied: `record` and what it points at are used during the
 * call, and must lie outside the aggregator, its buffer and its slots.
 * KAGG_FULL: send what kagg_finish gives, kagg_clear, and add it again. After any other error, adding the
 * same record again fails again.
 */
kagg_status kagg_add(kagg_aggregator *aggregator, const kagg_user_record *record);

/* Whether kagg_add would return KAGG_OK. */
bool kagg_would_fit(const kagg_aggregator *aggregator, const kagg_user_record *record);

/*
 * How many bytes of data kagg_finish would give. 0 if nothing is held, or if kagg_add would return KAGG_NULL,
 * KAGG_MISALIGNED or KAGG_NOT_INITIALIZED.
 */
size_t kagg_size(const kagg_aggregator *aggregator);

/* How many user records are held; 0 as for kagg_size. */
size_t kagg_count(const kagg_aggregator *aggregator);

/*
 * Seals the aggregate in the buffer and lends it: the pointers in `record` lead into the buffer. Its keys are
 * those of the first user record. Until kagg_clear, kagg_add returns KAGG_FULL and kagg_finish gives the same
 * again, so that you can repeat a send that failed. The record stays valid until the next kagg_clear,
 * kagg_init or kagg_replace_buffer with the same buffer. After that, its pointers still lead into the
 * buffer, but its bytes change.
 * KAGG_EMPTY: nothing is held, and `record` is all zero.
 */
kagg_status kagg_finish(kagg_aggregator *aggregator, kagg_record *record);

/* Empties the aggregator. Call it when the aggregate has been sent. The buffer is not overwritten. */
kagg_status kagg_clear(kagg_aggregator *aggregator);

/*
 * Seals the aggregate, returns it with its buffer, and continues in `next`, empty: a DMA transfer or another
 * thread can send `record` from the old buffer while the aggregator fills the new one. From then on the old
 * buffer is yours, and `record` stays valid until you change it. `next` is lent as in kagg_init and must lie
 * apart from the old buffer.
 * KAGG_EMPTY: nothing is held, `next` was not taken, and `record` is all zero.
 */
kagg_status kagg_replace_buffer(kagg_aggregator *aggregator, void *next, size_t next_len,
                                kagg_record *record);

/* ---- unpacking ----------------------------------------------------------------------------------------- */

/* What is wrong with data that is no aggregate. */
typedef enum kagg_parse_error_kind {
  KAGG_PARSE_OK = 0,
  /* The data does not begin with F3 89 9A C2: a plain record. Every other kind is worth counting. */
  KAGG_PARSE_NO_MAGIC = 1,
  /* Too short for a message of one byte and its digest; found: bytes, limit: the least. */
  KAGG_PARSE_TOO_SHORT = 2,
  /* 4 GiB or more. */
  KAGG_PARSE_TOO_LONG = 3,
  /* The digest is not that of the message. */
  KAGG_PARSE_DIGEST = 4,
  /* A varint that is cut off, that has more than 10 bytes, that has more than 64 bits. */
  KAGG_PARSE_VARINT_TRUNCATED = 5,
  KAGG_PARSE_VARINT_TOO_LONG = 6,
  KAGG_PARSE_VARINT_OVERFLOW = 7,
  /* A field number that is not between 1 and 2^29 - 1. */
  KAGG_PARSE_FIELD_NUMBER = 8,
  /* Wire type 6 or 7. */
  KAGG_PARSE_WIRE_TYPE = 9,
  /* A field of 4 or 8 bytes that is cut off. */
  KAGG_PARSE_FIXED_TRUNCATED = 10,
  /* A length past the end; found: the length, limit: bytes that are left. */
  KAGG_PARSE_LENGTH_PAST_END = 11,
  /* The end of a group that is not open; a group that is not closed; groups nested more than `limit` deep. */
  KAGG_PARSE_GROUP_END_UNMATCHED = 12,
  KAGG_PARSE_GROUP_TRUNCATED = 13,
  KAGG_PARSE_GROUP_TOO_DEEP = 14,
  /* A user record without the index of its partition key, or without data; a tag without a key. */
  KAGG_PARSE_PARTITION_KEY_INDEX_MISSING = 15,
  KAGG_PARSE_DATA_MISSING = 16,
  KAGG_PARSE_TAG_KEY_MISSING = 17,
  /* An index outside its table; found: the index, limit: keys in the table. */
  KAGG_PARSE_PARTITION_KEY_INDEX = 18,
  KAGG_PARSE_EXPLICIT_HASH_KEY_INDEX = 19,
  /* A key of more than `limit` bytes; found: its bytes. */
  KAGG_PARSE_KEY_TOO_LONG = 20,
  /* A key, or a tag, that is not UTF-8. */
  KAGG_PARSE_KEY_NOT_UTF8 = 21,
  KAGG_PARSE_TAG_NOT_UTF8 = 22,
  /* A reason that this header does not know. */
  KAGG_PARSE_UNKNOWN = 23,
  /* Not a kind: makes the type as wide as int everywhere. */
  KAGG_PARSE_ERROR_KIND_WIDTH = 0x7FFFFFFF
} kagg_parse_error_kind;

/* Why data is no aggregate, and where. */
typedef struct kagg_parse_error {
  /* `found` and `limit` are explained at each kind that uses them; otherwise they are 0. */
  uint64_t found;
  /* Bytes from the beginning of the data to the item at fault. */
  size_t offset;
  kagg_parse_error_kind kind;
  uint32_t limit;
} kagg_parse_error;

/*
 * Writes an English text such as "length of 65 bytes where 3 are left at byte 27" into `text`, at most `len`
 * bytes with the NUL at the end, and returns the length of the whole text without the NUL, as snprintf does.
 * `text` may be NULL with 0. Returns 0 if a pointer is NULL or misaligned, or `len` exceeds the address space.
 * Uses its arguments during the call; they may overlap.
 */
size_t kagg_parse_error_text(const kagg_parse_error *error, char *text, size_t len);

/*
 * An iterator over the user records of one Kinesis record. The library owns its contents; its size and
 * alignment are public so that it can lie anywhere. Copies by assignment or memcpy are iterators of their
 * own.
 */
#if UINTPTR_MAX > 0xFFFFFFFF
#define KAGG_READER_WORDS 288
#else
#define KAGG_READER_WORDS 28
#endif
typedef struct kagg_reader {
  uint64_t opaque[KAGG_READER_WORDS];
} kagg_reader;

/*
 * Checks an aggregate, strictly: magic, digest, structure, every index and every key; after KAGG_OK kagg_next
 * gives its user records. `data` is lent, unchanged, until the reader is used no more.
 * KAGG_NOT_AN_AGGREGATE: kagg_reason says why, and kagg_next returns KAGG_NOT_INITIALIZED.
 *
 * The time grows with the length of the data. A reader remembers the places of 64 keys, or 8 where pointers
 * have 32 bits. If an aggregate has more keys, the time also grows with the number of user records whose key
 * is out of order. A hostile record of 1 MiB can take a second.
 */
kagg_status kagg_parse(kagg_reader *reader, const void *data, size_t data_len);

/* kagg_parse with an MD5 of yours. It is called during the call. */
kagg_status kagg_parse_with_digest(kagg_reader *reader, const void *data, size_t data_len, kagg_digest digest,
                                   void *context);

/*
 * Reads whatever a Kinesis record holds, leniently: kagg_next gives the user records of the aggregate that it
 * is, or else the Kinesis record itself, unchanged, so that nothing is lost. Only a valid aggregate without
 * user records yields nothing. `partition_key`, which may be any bytes, and `data` are lent, unchanged, until
 * the reader is used no more. The time is that of kagg_parse.
 */
kagg_status kagg_deaggregate(kagg_reader *reader, const char *partition_key, size_t partition_key_len,
                             const void *data, size_t data_len);

/* kagg_deaggregate with an MD5 of yours. It is called during the call. */
kagg_status kagg_deaggregate_with_digest(kagg_reader *reader, const char *partition_key,
                                         size_t partition_key_len, const void *data, size_t data_len,
                                         kagg_digest digest, void *context);

/*
 * Says why the data that the reader was given is no aggregate; `error` is all zero if it is one. May be
 * called before or after kagg_next. Uses `error` during the call.
 */
kagg_status kagg_reason(const kagg_reader *reader, kagg_parse_error *error);

/*
 * Fills `record` with the next user record. Its pointers lead into the data of the Kinesis record, or to the
 * partition key that you passed to kagg_deaggregate. They stay valid as long as those do, even without the
 * reader. A pointer with length 0 may have any value.
 * KAGG_END: there are no more, now and later; `record` is not written. Tags are checked but not returned.
 */
kagg_status kagg_next(kagg_reader *reader, kagg_user_record *record);

/* How many user records kagg_next has yet to give; 0 if the reader is not initialised. */
size_t kagg_left(const kagg_reader *reader);

/*
 * Whether readers would unpack this data: checks magic, length and digest. Call it before you send a user's
 * data as a plain Kinesis record: if it is an aggregate already, readers would unpack it. Uses the data
 * during the call.
 */
bool kagg_is_aggregated(const void *data, size_t data_len);

/* kagg_is_aggregated with an MD5 of yours. */
bool kagg_is_aggregated_with_digest(const void *data, size_t data_len, kagg_digest digest, void *context);

/* ---- hash keys and shards ------------------------------------------------------------------------------ */

/*
 * An unsigned integer of 128 bits. A user record belongs to the shard whose range contains its hash key: its
 * explicit hash key if it has one (kagg_hash_key_parse), or else that of its partition key
 * (kagg_hash_key_of).
 */
typedef struct kagg_hash_key {
  uint64_t high;
  uint64_t low;
} kagg_hash_key;

/* The hash keys that a shard owns, both ends included. */
typedef struct kagg_hash_key_range {
  kagg_hash_key start;
  kagg_hash_key end;
} kagg_hash_key_range;

/* All functions below use their arguments during the call. These may overlap. */

/* The hash key of a partition key: its MD5, read as a big-endian number. */
kagg_status kagg_hash_key_of(const char *partition_key, size_t partition_key_len, kagg_hash_key *hash_key);

/* kagg_hash_key_of with an MD5 of yours. */
kagg_status kagg_hash_key_of_with_digest(const char *partition_key, size_t partition_key_len,
                                         kagg_digest digest, void *context, kagg_hash_key *hash_key);

/*
 * Reads decimal digits: an explicit hash key, or either end of a range as ListShards returns it. Leading
 * zeros are allowed.
 */
kagg_status kagg_hash_key_parse(const char *decimal, size_t len, kagg_hash_key *hash_key);

/* Writes at most 39 decimal digits and a NUL, as kagg_parse_error_text writes its text. */
size_t kagg_hash_key_text(const kagg_hash_key *hash_key, char *text, size_t len);

/* The index of the first range that contains `hash_key`. Takes time in proportion to `count`. */
kagg_status kagg_shard_of(const kagg_hash_key_range *ranges, size_t count, const kagg_hash_key *hash_key,
                          size_t *shard);

/*
 * Splits the hash keys evenly into `count` ranges, as the service does when it creates a stream. After a
 * stream was resharded, use the ranges that ListShards returns. KAGG_NO_SHARD: `count` is 0.
 */
kagg_status kagg_even_split(kagg_hash_key_range *ranges, size_t count);

/* ---- layout -------------------------------------------------------------------------------------------- */

/* The library was compiled for these sizes; the Rust side checks them, too. */
#define KAGG_SIZE_IS_(type, size) typedef char type##_has_its_size[sizeof(type) == (size) ? 1 : -1]
KAGG_SIZE_IS_(kagg_aggregator, KAGG_AGGREGATOR_WORDS * sizeof(uintptr_t));
KAGG_SIZE_IS_(kagg_reader, KAGG_READER_WORDS * 8);
KAGG_SIZE_IS_(kagg_key_slot, 8);
KAGG_SIZE_IS_(kagg_status, 4);
KAGG_SIZE_IS_(kagg_parse_error_kind, 4);
KAGG_SIZE_IS_(kagg_hash_key_range, 32);
#undef KAGG_SIZE_IS_

#ifdef __cplusplus
}
#endif

#endif
