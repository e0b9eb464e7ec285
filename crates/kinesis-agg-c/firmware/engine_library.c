/* The library. */
#include "engine.h"

static kagg_aggregator aggregator;
static kagg_key_slot slots[KEYS];

/* Named, so that nothing else is linked. */
void engine_init(void *buffer, size_t len) {
  kagg_init_with_digest(&aggregator, buffer, len, slots, KEYS, engine_md5, NULL);
}

int engine_add(const kagg_user_record *record) {
  switch (kagg_add(&aggregator, record)) {
    case KAGG_OK: return ADDED;
    case KAGG_FULL: return FULL;
    default: return REFUSED;
  }
}

bool engine_finish(kagg_record *record) { return kagg_finish(&aggregator, record) == KAGG_OK; }

void engine_clear(void) { kagg_clear(&aggregator); }

bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *)) {
  kagg_reader reader;
  kagg_user_record record;
  if (kagg_parse_with_digest(&reader, data, len, engine_md5, NULL) != KAGG_OK) return false;
  while (kagg_next(&reader, &record) == KAGG_OK) take(&record);
  return true;
}
