/*
 * The images. IMAGE chooses:
 *
 *   PRODUCE   samples into Kinesis records: the file `records`, in the frames of crates/firmware
 *   READ      the file `records` into user records: the file `user-records`
 *   BOTH      both
 *   MEASURE   stack and instructions, as lines of the file `measures`
 */
#include <string.h>

#include "engine.h"
#include "machine.h"

#define PRODUCE 0
#define READ 1
#define BOTH 2
#define MEASURE 3

/* ---- samples: those of crates/firmware/samples --------------------------------------------------------- */

#if IMAGE == PRODUCE || IMAGE == BOTH
enum { COUNT = 600, MAX_LEN = 64 };

static const struct {
  const char *partition_key, *explicit_hash_key;
} sensors[8] = {
    {"sensor-7", "1"},
    {"sensor-8", "1"},
    {"boiler", "0"},
    {"Z\xC3\xBCrich-\xE2\x82\xAC-\xF0\x9F\x98\x80", "170141183460469231731687303715884105728"},
    {"boiler", "340282366920938463463374607431768211455"},
    {"g", "2"},
    {"sensor-7", "340282366920938463463374607431768211455"},
    {"hall/north/door", "42"},
};

static uint32_t state = 0x2545F491;

static uint32_t pseudo_random(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state >> 8;
}

static void sample(kagg_user_record *out) {
  static uint8_t reading[MAX_LEN];
  unsigned sensor = pseudo_random() & 7, byte;
  out->partition_key = sensors[sensor].partition_key;
  out->partition_key_len = strlen(out->partition_key);
  out->explicit_hash_key = sensors[sensor].explicit_hash_key;
  out->explicit_hash_key_len = strlen(out->explicit_hash_key);
  out->data = reading;
  out->data_len = pseudo_random() & (MAX_LEN - 1);
  for (byte = 0; byte < out->data_len; byte++) reading[byte] = (uint8_t)pseudo_random();
}
#endif

/* ---- frames -------------------------------------------------------------------------------------------- */

#if IMAGE != MEASURE
static int out;
static bool failed;

static void write_frame(const void *const parts[3], const size_t lens[3]) {
  uint8_t head[6];
  int part;
  for (part = 0; part < 3; part++)
    head[2 * part] = (uint8_t)(lens[part] >> 8), head[2 * part + 1] = (uint8_t)lens[part];
  failed = failed || file_write(out, head, sizeof head) != 0;
  for (part = 0; part < 3; part++) failed = failed || file_write(out, parts[part], lens[part]) != 0;
}
#endif

/* Of both kinds of record. */
#define FRAME(record) \
  write_frame( \
      (const void *const[]){(record)->partition_key, (record)->explicit_hash_key, (record)->data}, \
      (const size_t[]){(record)->partition_key_len, (record)->explicit_hash_key_len, (record)->data_len})

#if IMAGE == PRODUCE || IMAGE == BOTH
static uint8_t buffer[1024];

static bool send(void) {
  kagg_record record;
  if (!engine_finish(&record)) return false;
  FRAME(&record);
  engine_clear();
  return !failed;
}

static bool produce(void) {
  kagg_user_record record;
  int count;
  out = file_create("records");
  engine_init(buffer, sizeof buffer);
  for (count = 0; count < COUNT; count++) {
    sample(&record);
    if (engine_add(&record) == FULL && (!send() || engine_add(&record) != ADDED)) return false;
  }
  return send();
}
#endif

#if IMAGE == READ || IMAGE == BOTH
static uint8_t input[2048];

static void write_user_record(const kagg_user_record *record) { FRAME(record); }

static bool read_back(void) {
  int file = file_open("records");
  uint8_t head[6];
  out = file_create("user-records");
  while (file_read(file, head, sizeof head) == 0) {
    size_t keys = (size_t)(head[0] << 8 | head[1]) + (size_t)(head[2] << 8 | head[3]),
           len = (size_t)(head[4] << 8 | head[5]);
    if (keys + len > sizeof input || file_read(file, input, keys + len) != 0) return false;
    if (!engine_read(input + keys, len, write_user_record)) return false;
  }
  return !failed;
}
#endif

/* ---- measures ------------------------------------------------------------------------------------------ */

#if IMAGE == MEASURE
enum { RECORDS = 64 };

static uint8_t buffer[3072], message[3072];
static const uint8_t data[32] = {1, 2, 3};
static kagg_record kinesis_record;
static int file;
static unsigned added, seen;

static kagg_user_record user_record(unsigned number, unsigned keys) {
  static char key[] = "sensor-00";
  kagg_user_record record = {key, sizeof key - 1, NULL, 0, data, sizeof data, 0, 0};
  number &= keys - 1;
  key[7] = (char)('0' + (number >= 10)), key[8] = (char)('0' + (number >= 10 ? number - 10 : number));
  return record;
}

static void take(const kagg_user_record *record) { seen += record->data_len == sizeof data; }
static void read_all(void) { engine_read(message, kinesis_record.data_len, take); }
static void finish(void) { engine_finish(&kinesis_record); }
static void add_one(void) {
  kagg_user_record record = user_record(added++, KEYS);
  engine_add(&record);
}

static void line(const char *label, size_t figure) {
  char digits[12];
  unsigned place = sizeof digits;
  digits[--place] = '\n';
  do digits[--place] = (char)('0' + figure % 10);
  while ((figure /= 10) > 0);
  file_write(file, label, strlen(label));
  file_write(file, "\t", 1);
  file_write(file, digits + place, sizeof digits - place);
}

static uint32_t instructions_of_adding(unsigned keys) {
  unsigned number;
  uint32_t before, with;
  counter_start();
  for (number = 0; number < RECORDS; number++) {
    volatile kagg_user_record record = user_record(number, keys);
    (void)record;
  }
  before = counter_read();
  engine_init(buffer, sizeof buffer);
  counter_start();
  for (number = 0; number < RECORDS; number++) {
    kagg_user_record record = user_record(number, keys);
    added += engine_add(&record) == ADDED;
  }
  with = counter_read();
  return (with - before) / RECORDS;
}

static bool measure(void) {
  uint32_t digest, reading;
  uint8_t ignored[16];
  size_t deepest = 0, stack;
  file = file_create("measures");
  line("instructions, add of 32 bytes, 1 key", instructions_of_adding(1));
  engine_clear();
  line("instructions, add of 32 bytes, 16 keys", instructions_of_adding(16));
  if (added != 2 * RECORDS) return false;
  counter_start();
  finish();
  reading = counter_read();
  memcpy(message, kinesis_record.data, kinesis_record.data_len);
  counter_start();
  engine_md5(NULL, message + 4, kinesis_record.data_len - 20, ignored);
  digest = counter_read();
  line("instructions, finish without digest", reading > digest ? reading - digest : 0);
  counter_start();
  read_all();
  reading = counter_read();
  if (seen != RECORDS) return false;
  line("instructions a user record, read without digest", (reading - digest) / RECORDS);
  line("stack, read", stack_of(read_all));
  engine_init(buffer, sizeof buffer);
  for (added = 0; added < RECORDS;) {
    stack = stack_of(add_one);
    if (stack > deepest) deepest = stack;
  }
  line("stack, add", deepest);
  line("stack, finish", stack_of(finish));
  return true;
}
#endif

int image(void) {
#if IMAGE == PRODUCE
  return produce() ? 0 : 2;
#elif IMAGE == READ
  return read_back() ? 0 : 2;
#elif IMAGE == BOTH
  return produce() && read_back() ? 0 : 2;
#else
  return measure() ? 0 : 2;
#endif
}
