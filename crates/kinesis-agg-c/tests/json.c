#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

void *must_allocate(size_t len) {
  void *memory = malloc(len > 0 ? len : 1);
  if (memory == NULL) fail("out of memory");
  return memory;
}

char *read_line(void *file) {
  static char *line;
  static size_t room;
  size_t len = 0;
  int byte;
  while ((byte = getc((FILE *)file)) != EOF && byte != '\n') {
    if (len + 1 >= room) {
      room = room > 0 ? 2 * room : 65536;
      line = realloc(line, room);
      if (line == NULL) fail("out of memory");
    }
    line[len++] = (char)byte;
  }
  if (byte == EOF && len == 0) {
    free(line);
    line = NULL;
    room = 0;
    return NULL;
  }
  if (line == NULL) line = must_allocate(room = 16);
  line[len] = 0;
  return line;
}

static const char *blanks(const char *at) { return at + strspn(at, " \t\r\n"); }

static unsigned hex(const char *at) {
  char digits[5] = {0};
  char *end;
  unsigned value;
  strncpy(digits, at, 4);
  value = (unsigned)strtoul(digits, &end, 16);
  if (end != digits + 4) fail("no four hexadecimal digits");
  return value;
}

static char *encode(char *out, unsigned code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xC0 | code >> 6);
    *out++ = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = (char)(0xE0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    *out++ = (char)(0x80 | (code & 0x3F));
  } else {
    *out++ = (char)(0xF0 | code >> 18);
    *out++ = (char)(0x80 | (code >> 12 & 0x3F));
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    *out++ = (char)(0x80 | (code & 0x3F));
  }
  return out;
}

static const char *read_text(const char *at, char **text, size_t *len) {
  const char *end = ++at;
  char *out;
  while (*end != '"') {
    if (*end == 0) fail("a text is not closed");
    end += *end == '\\' && end[1] != 0 ? 2 : 1;
  }
  out = *text = must_allocate((size_t)(end - at) + 1);
  while (at < end) {
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const char *letter;
    unsigned code;
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    at += 2;
    letter = at[-1] != 0 ? strchr(letters, at[-1]) : NULL;
    if (at[-1] != 'u') {
      *out++ = letter != NULL ? meant[letter - letters] : at[-1];
      continue;
    }
    code = hex(at);
    at += 4;
    if (code >> 10 == 0x36 && at[0] == '\\' && at[1] == 'u' && hex(at + 2) >> 10 == 0x37) {
      code = 0x10000 + ((code & 0x3FF) << 10 | (hex(at + 2) & 0x3FF));
      at += 6;
    }
    out = encode(out, code);
  }
  *out = 0;
  *len = (size_t)(out - *text);
  return end + 1;
}

static const char *read_value(const char *at, json *value);

static const char *read_items(const char *at, json *value, char end) {
  size_t room = 0;
  at = blanks(at + 1);
  while (*at != end) {
    json *item;
    if (value->count == room) {
      room = room > 0 ? 2 * room : 8;
      value->items = realloc(value->items, room * sizeof(json));
      if (value->items == NULL) fail("out of memory");
    }
    item = &value->items[value->count++];
    memset(item, 0, sizeof *item);
    if (end == '}') {
      char *name = NULL;
      size_t len;
      if (*at != '"') fail("a member without a name");
      at = blanks(read_text(at, &name, &len));
      if (*at != ':') fail("a member without a value");
      at = read_value(blanks(at + 1), item);
      item->name = name;
    } else {
      at = read_value(at, item);
    }
    at = blanks(at);
    if (*at == ',')
      at = blanks(at + 1);
    else if (*at != end)
      fail("no end of a list: %.20s", at);
  }
  return at + 1;
}

static const char *read_value(const char *at, json *value) {
  static const struct {
    const char *text;
    json_type type;
  } words[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE}};
  size_t word;
  char *end;
  memset(value, 0, sizeof *value);
  switch (*at) {
    case '{': value->type = JSON_OBJECT; return read_items(at, value, '}');
    case '[': value->type = JSON_LIST; return read_items(at, value, ']');
    case '"': value->type = JSON_TEXT; return read_text(at, &value->text, &value->text_len);
    default: break;
  }
  for (word = 0; word < sizeof words / sizeof *words; word++) {
    size_t len = strlen(words[word].text);
    if (strncmp(at, words[word].text, len) == 0) {
      value->type = words[word].type;
      return at + len;
    }
  }
  value->type = JSON_NUMBER;
  value->number = strtod(at, &end);
  if (end == at) fail("no value: %.20s", at);
  return end;
}

json json_read(const char *line) {
  json value;
  const char *end = blanks(read_value(blanks(line), &value));
  if (*end != 0) fail("more than a value: %.20s", end);
  return value;
}

void json_free(json *value) {
  size_t item;
  for (item = 0; item < value->count; item++) json_free(&value->items[item]);
  free(value->items);
  free(value->text);
  free(value->name);
}

const json *json_get(const json *object, const char *name) {
  static const json none;
  size_t item;
  for (item = 0; object->type == JSON_OBJECT && item < object->count; item++)
    if (strcmp(object->items[item].name, name) == 0) return &object->items[item];
  return &none;
}

bool json_is(const json *object, const char *name, json_type type) {
  return json_get(object, name)->type == type;
}

const char *json_text(const json *object, const char *name) {
  const json *member = json_get(object, name);
  if (member->type != JSON_TEXT) fail("%s is no text", name);
  return member->text;
}

long long json_number(const json *object, const char *name, long long otherwise) {
  const json *member = json_get(object, name);
  return member->type == JSON_NUMBER ? (long long)member->number : otherwise;
}

uint8_t *json_bytes(const json *object, const char *name, size_t *len) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = json_text(object, name);
  uint8_t *bytes = must_allocate(strlen(at) / 4 * 3 + 3);
  uint32_t bits = 0;
  int count = 0;
  for (*len = 0; *at != 0 && *at != '='; at++) {
    const char *digit = strchr(alphabet, *at);
    if (*at == '\n') continue;
    if (digit == NULL) fail("%s is no base64", name);
    bits = bits << 6 | (uint32_t)(digit - alphabet);
    if ((count += 6) >= 8) bytes[(*len)++] = (uint8_t)(bits >> (count -= 8));
  }
  return bytes;
}
