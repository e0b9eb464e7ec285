/* What packs and unpacks: the library, and others beside it. An image is linked with one of them. */
#ifndef ENGINE_H
#define ENGINE_H

/* The records of all engines, and what they answer, are those of the header, so that none has to convert. */
#include <kinesis_agg.h>

enum { KEYS = 16, ADDED = KAGG_OK, FULL = KAGG_FULL, REFUSED = KAGG_OTHER };

/* The MD5 of all engines: RFC 1321 in C; of the library, on request, its own. */
void small_md5(void *context, const void *message, size_t len, uint8_t *digest);
#ifdef OWN_MD5
#define engine_md5 kagg_md5
#else
#define engine_md5 small_md5
#endif

#ifdef LIBRARY
#include "engine_library.h"
#elif defined BARE
#include "engine_bare.h"
#else
void engine_init(void *buffer, size_t len);
/* ADDED, FULL, or anything else. */
int engine_add(const kagg_user_record *user_record);
/* Lends what is held; false if nothing is. */
bool engine_finish(kagg_record *kinesis_record);
void engine_clear(void);
/* Hands over each user record of an aggregate in turn; false if it is none. */
bool engine_read(const void *data, size_t len, void (*take)(const kagg_user_record *user_record));
#endif

#endif
