/* Nothing: what the images take without an engine. */
#include "engine.h"

void engine_init(void *buffer, size_t len) { (void)buffer, (void)len; }
int engine_add(const kagg_user_record *record) { return (void)record, ADDED; }
bool engine_finish(kagg_record *record) { return (void)record, false; }
void engine_clear(void) {}
bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *)) {
  return (void)data, (void)len, (void)take, false;
}
