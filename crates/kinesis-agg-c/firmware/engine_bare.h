/* The codec without the header, crates/kinesis-agg-c/firmware/bare: called as the library is. */
#ifndef ENGINE_BARE_H
#define ENGINE_BARE_H

void bare_init(void *buffer, size_t len, kagg_key_slot *slots, size_t count);
int bare_add(const kagg_user_record *record);
bool bare_finish(kagg_record *record);
void bare_clear(void);
bool bare_open(const void *data, size_t len);
bool bare_next(kagg_user_record *record);

static kagg_key_slot slots[KEYS];

static inline void engine_init(void *buffer, size_t len) { bare_init(buffer, len, slots, KEYS); }

static inline int engine_add(const kagg_user_record *record) { return bare_add(record); }

static inline bool engine_finish(kagg_record *record) { return bare_finish(record); }

static inline void engine_clear(void) { bare_clear(); }

static inline bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *)) {
  kagg_user_record record;
  if (!bare_open(data, len)) return false;
  while (bare_next(&record)) take(&record);
  return true;
}

#endif
