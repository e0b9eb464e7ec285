/*
 * As much of JSON as the vectors need: one value of a line, read whole into memory. A fault in it ends the
 * program.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum json_type {
  JSON_NULL,
  JSON_FALSE,
  JSON_TRUE,
  JSON_NUMBER,
  JSON_TEXT,
  JSON_LIST,
  JSON_OBJECT
} json_type;

typedef struct json {
  json_type type;
  double number;
  /* A text with its length; NUL at the end. Of a member of an object: its name. */
  char *text, *name;
  size_t text_len;
  /* Elements of a list, members of an object. */
  struct json *items;
  size_t count;
} json;

/* Reads a value. */
json json_read(const char *line);
void json_free(json *value);

/* A member; a value of type JSON_NULL if there is none. */
const json *json_get(const json *object, const char *name);
/* A member that is a text, a number, base64. */
const char *json_text(const json *object, const char *name);
long long json_number(const json *object, const char *name, long long otherwise);
bool json_is(const json *object, const char *name, json_type type);
/* Decodes base64 into fresh memory. */
uint8_t *json_bytes(const json *object, const char *name, size_t *len);

/* Ends the program with a message. */
void fail(const char *format, ...);
/* Memory, or the end of the program. */
void *must_allocate(size_t len);
/* One line of a file without its end; NULL after the last. Valid until the next call. */
char *read_line(void *file);

#endif
