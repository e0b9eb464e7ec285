/* The library, called as any program calls it: what stands here is inlined. */
#ifndef ENGINE_LIBRARY_H
#define ENGINE_LIBRARY_H

static kagg_aggregator aggregator;
static kagg_key_slot slots[KEYS];

/* The MD5 is named, so that nothing else is linked. */
static inline void engine_init(void *buffer, size_t len) {
  kagg_init_with_digest(&aggregator, buffer, len, slots, KEYS, engine_md5, NULL);
}

static inline int engine_add(const kagg_user_record *record) { return (int)kagg_add(&aggregator, record); }

static inline bool engine_finish(kagg_record *record) { return kagg_finish(&aggregator, record) == KAGG_OK; }

static inline void engine_clear(void) { kagg_clear(&aggregator); }

static inline bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *)) {
  kagg_reader reader;
  kagg_user_record record;
  if (kagg_parse_with_digest(&reader, data, len, engine_md5, NULL) != KAGG_OK) return false;
  while (kagg_next(&reader, &record) == KAGG_OK) take(&record);
  return true;
}

#endif
