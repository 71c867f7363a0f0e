/* groupby.h: an aggregation into a hash table of chained buckets, as in Kocberber, Falsafi and
 * Grot, PVLDB 9(4), 2015.
 *
 * Two operations in flight may belong to the same group, and both may find that it is not there.
 * Kocberber et al. hold a latch on the bucket while an operation is under way, and put off who
 * finds it taken; Chen et al. mark the bucket as busy and put off likewise. Here a new group goes
 * to the end of its bucket, and an operation links it in the same step in which it has seen that
 * end, with no suspend between the two: who comes there later sees it and goes on to it. A group is
 * updated in one step, too. So no variant needs a latch, as long as one thread works on the table:
 * the step is what is atomic, in the coroutines as in the state machines. Several threads would
 * each need the bucket's latch for the length of such a step, and for no suspend. */
#ifndef BENCH_SUITE_GROUPBY_H
#define BENCH_SUITE_GROUPBY_H

#include "suite.h"

/* A group: one cache line. */
struct group {
    uint64_t key, count, sum, least, most;
    struct group *next; /* NULL: the last one of its bucket */
    uint64_t unused[2];
};

struct group_table {
    struct group **heads; /* of the buckets; NULL: empty */
    unsigned shift;       /* of a hash: leaves the number of a bucket */
    struct group *groups; /* those that were there before the run, and the new ones behind them */
    size_t count, used;   /* of the former; of both */
    size_t room, stages;
};

/* The bucket's head: multiplicative hashing. */
static inline struct group **group_head(const struct group_table *table, uint64_t key)
{
    return &table->heads[key * 0x9e3779b97f4a7c15 >> table->shift];
}

/* The value that operation i adds to its group: for a column that is read from beginning to end. */
static inline uint64_t group_value(size_t i)
{
    return i * 0xbf58476d1ce4e5b9 >> 24;
}

/* A new group without values, at the end of its bucket. */
static inline struct group *group_add(struct group_table *table, struct group **end, uint64_t key)
{
    struct group *group = &table->groups[table->used++];
    group->key = key;
    group->count = group->sum = group->most = 0;
    group->least = UINT64_MAX;
    group->next = NULL;
    *end = group;
    return group;
}

static inline void group_update(struct group *group, uint64_t value)
{
    group->count++;
    group->sum += value;
    group->least = value < group->least ? value : group->least;
    group->most = value > group->most ? value : group->most;
}

SUITE_DECLARE(groupby);

#endif
