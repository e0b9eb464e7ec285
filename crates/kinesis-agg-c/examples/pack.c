/*
 * Lines in, Kinesis records out.
 *
 * Each line of the standard input is a partition key, a tab and data; a line without a tab is data under the
 * key "line". Each line of the standard output is an entry of PutRecords as JSON, which `aws kinesis
 * put-records` and `kinagg unpack` take. Exit code 1: a line was refused; 2: reading or writing failed.
 *
 * All keys share one aggregate: right for a stream of one shard, and for readers that drop nothing. sink.c
 * keeps one for each shard.
 *
 *   printf 'sensor-7\t21.5\nsensor-8\t19.0\n' | ./pack
 */
#include <kinesis_agg.h>
#include <stdio.h>
#include <string.h>

/* 25,000 bytes are one unit of what PutRecords costs. */
static uint8_t buffer[25000];
static kagg_key_slot slots[256];
static kagg_aggregator aggregator;

static void print_text(const char *text, size_t len) {
  size_t byte;
  putchar('"');
  for (byte = 0; byte < len; byte++) {
    unsigned char each = (unsigned char)text[byte];
    if (each == '"' || each == '\\')
      printf("\\%c", each);
    else if (each < 0x20)
      printf("\\u%04x", each);
    else
      putchar(each);
  }
  putchar('"');
}

static void print_base64(const uint8_t *bytes, size_t len) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t at;
  for (at = 0; at < len; at += 3) {
    uint32_t three = (uint32_t)bytes[at] << 16;
    if (at + 1 < len) three |= (uint32_t)bytes[at + 1] << 8;
    if (at + 2 < len) three |= bytes[at + 2];
    putchar(digits[three >> 18]);
    putchar(digits[three >> 12 & 63]);
    putchar(at + 1 < len ? digits[three >> 6 & 63] : '=');
    putchar(at + 2 < len ? digits[three & 63] : '=');
  }
}

/* Sends what is held, if anything is: here, to the standard output. */
static void flush(void) {
  kagg_record record;
  if (kagg_finish(&aggregator, &record) != KAGG_OK) return;
  printf("{\"PartitionKey\":");
  print_text(record.partition_key, record.partition_key_len);
  printf(",\"Data\":\"");
  print_base64(record.data, record.data_len);
  printf("\"}\n");
  kagg_clear(&aggregator);
}

static kagg_status add(const kagg_user_record *record) {
  kagg_status status = kagg_add(&aggregator, record);
  if (status == KAGG_FULL) {
    flush();
    status = kagg_add(&aggregator, record);
  }
  return status;
}

static char line[1 << 16];

typedef enum { LINE, TOO_LONG, NO_MORE } reading;

/* Reads a line of any bytes. Its newline is not part of it, and the last line may lack one. */
static reading read_line(size_t *len) {
  int byte;
  *len = 0;
  while ((byte = getchar()) != EOF && byte != '\n') {
    if (*len < sizeof line) line[*len] = (char)byte;
    ++*len;
  }
  if (byte == EOF && *len == 0) return NO_MORE;
  return *len > sizeof line ? TOO_LONG : LINE;
}

int main(void) {
  unsigned long number = 0;
  size_t len;
  int failed = 0;
  reading found;
  kagg_status status = kagg_init(&aggregator, buffer, sizeof buffer, slots, sizeof slots / sizeof *slots);
  if (status != KAGG_OK) {
    fprintf(stderr, "%s\n", kagg_status_text(status));
    return 2;
  }
  while ((found = read_line(&len)) != NO_MORE) {
    kagg_user_record record = {0};
    const char *tab;
    number++;
    if (found == TOO_LONG) {
      fprintf(stderr, "line %lu is too long\n", number);
      failed = 1;
      continue;
    }
    tab = memchr(line, '\t', len);
    if (tab != NULL) {
      record.partition_key = line;
      record.partition_key_len = (size_t)(tab - line);
      record.data = tab + 1;
      record.data_len = len - record.partition_key_len - 1;
    } else {
      record.partition_key = "line";
      record.partition_key_len = 4;
      record.data = line;
      record.data_len = len;
    }
    status = add(&record);
    if (status != KAGG_OK) {
      fprintf(stderr, "line %lu: %s\n", number, kagg_status_text(status));
      failed = 1;
    }
  }
  flush();
  if (ferror(stdin)) {
    perror("standard input");
    return 2;
  }
  if (fflush(stdout) != 0 || ferror(stdout)) {
    perror("standard output");
    return 2;
  }
  return failed;
}
