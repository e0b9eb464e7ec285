/*
 * The loop of a log shipper. Each event comes with a token. The source wants the token back when the event
 * has arrived, or when it can never be sent. It sends an event again if the token does not come back. The
 * program keeps one aggregate for each shard, since a consumer that uses KCL drops an aggregate that mixes
 * shards. The tokens of an aggregate lie in an array, in the order of its user records.
 *
 * A send may fail. Then the aggregate stays as it is, sealed, and the next event for that shard sends it
 * again.
 *
 * The program simulates source, service and consumer, and checks that nothing is lost or doubled.
 */
#include <kinesis_agg.h>
#include <stdio.h>
#include <string.h>

enum { SHARDS = 4, EVENTS = 2000, LEN = 2048, TOKENS = 128, KEYS = 64 };

/* ---- the sink ------------------------------------------------------------------------------------------ */

typedef struct lane {
  kagg_aggregator aggregator;
  uint8_t buffer[LEN];
  kagg_key_slot slots[KEYS];
  /* One for each user record in the aggregate. An aggregate is also full when this array is. */
  uint32_t tokens[TOKENS];
} lane;

static kagg_hash_key_range ranges[SHARDS];
static lane lanes[SHARDS];

static bool put_record(size_t shard, const kagg_record *record);
static void give_back(uint32_t token, bool arrived);

/* Sends the aggregate of a lane. When it has arrived, gives the tokens back and empties the aggregator. */
static bool flush(size_t shard) {
  lane *to = &lanes[shard];
  kagg_record record;
  size_t event;
  if (kagg_finish(&to->aggregator, &record) != KAGG_OK) return true;
  if (!put_record(shard, &record)) return false;
  for (event = 0; event < record.user_records; event++) give_back(to->tokens[event], true);
  kagg_clear(&to->aggregator);
  return true;
}

/* The shard to which an event belongs. */
static kagg_status shard_of(const kagg_user_record *event, size_t *shard) {
  kagg_hash_key hash_key;
  kagg_status status =
      event->explicit_hash_key != NULL
          ? kagg_hash_key_parse(event->explicit_hash_key, event->explicit_hash_key_len, &hash_key)
          : kagg_hash_key_of(event->partition_key, event->partition_key_len, &hash_key);
  return status == KAGG_OK ? kagg_shard_of(ranges, SHARDS, &hash_key, shard) : status;
}

/* Takes an event. false: the lane is full and could not be sent; the source keeps the event. */
static bool take(uint32_t token, const kagg_user_record *event) {
  kagg_status status;
  size_t shard, held;
  if (shard_of(event, &shard) != KAGG_OK) {
    give_back(token, false);
    return true;
  }
  held = kagg_count(&lanes[shard].aggregator);
  status = held < TOKENS ? kagg_add(&lanes[shard].aggregator, event) : KAGG_FULL;
  if (status == KAGG_FULL) {
    if (!flush(shard)) return false;
    held = 0;
    status = kagg_add(&lanes[shard].aggregator, event);
  }
  if (status == KAGG_OK)
    lanes[shard].tokens[held] = token;
  else
    give_back(token, false);
  return true;
}

static bool start(void) {
  size_t shard;
  /* In a real program: the ranges that ListShards returns, read by kagg_hash_key_parse. */
  if (kagg_even_split(ranges, SHARDS) != KAGG_OK) return false;
  for (shard = 0; shard < SHARDS; shard++) {
    lane *to = &lanes[shard];
    if (kagg_init(&to->aggregator, to->buffer, LEN, to->slots, KEYS) != KAGG_OK) return false;
  }
  return true;
}

/* ---- a service that fails now and then, and a consumer of each shard ----------------------------------- */

static unsigned sends, failures, arrived[EVENTS], refused[EVENTS], delivered[EVENTS], misplaced;

static bool put_record(size_t shard, const kagg_record *record) {
  kagg_reader reader;
  kagg_user_record event;
  size_t owner;
  sends++;
  if (sends % 3 == 0 || (sends > 20 && sends < 30)) {
    failures++;
    return false;
  }
  if (kagg_deaggregate(&reader, record->partition_key, record->partition_key_len, record->data,
                       record->data_len) != KAGG_OK)
    return false;
  while (kagg_next(&reader, &event) == KAGG_OK) {
    uint32_t number;
    memcpy(&number, event.data, sizeof number);
    delivered[number]++;
    if (shard_of(&event, &owner) != KAGG_OK || owner != shard) misplaced++;
  }
  return true;
}

/* ---- a source ------------------------------------------------------------------------------------------ */

static void give_back(uint32_t token, bool has_arrived) {
  if (has_arrived)
    arrived[token]++;
  else
    refused[token]++;
}

int main(void) {
  static char data[3000];
  uint32_t token;
  size_t shard;
  unsigned lost = 0, refusals = 0;
  if (!start()) return 2;
  for (token = 0; token < EVENTS; token++) {
    char key[16];
    kagg_user_record event = {0};
    event.partition_key = key;
    event.partition_key_len = (size_t)snprintf(key, sizeof key, "host-%u", (unsigned)(token % 50));
    /* One in seven has an explicit hash key, which decides in place of the partition key. */
    if (token % 7 == 0) {
      event.explicit_hash_key = "0";
      event.explicit_hash_key_len = 1;
    }
    event.data = data;
    /* One in a hundred can never fit. */
    event.data_len = token % 100 == 99 ? sizeof data : 20 + token % 80;
    memcpy(data, &token, sizeof token);
    while (!take(token, &event)) {
      /* In a real program: wait, longer each time. */
    }
  }
  for (shard = 0; shard < SHARDS; shard++)
    while (!flush(shard)) {
    }
  for (token = 0; token < EVENTS; token++) {
    bool is_refused = token % 100 == 99;
    refusals += refused[token];
    lost += arrived[token] != !is_refused || delivered[token] != !is_refused || refused[token] != is_refused;
  }
  printf("%d events in %u sends, %u of which failed: %u refused, %u lost or doubled, %u in a wrong shard\n",
         EVENTS, sends, failures, refusals, lost, misplaced);
  return lost + misplaced == 0 && failures > 0 && refusals == EVENTS / 100 ? 0 : 1;
}
