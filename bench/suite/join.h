/* join.h: the probe side of a hash join: a table of chained buckets, as in Kocberber, Falsafi and
 * Grot, PVLDB 9(4), 2015; the keys of the build side are all different. */
#ifndef BENCH_SUITE_JOIN_H
#define BENCH_SUITE_JOIN_H

#include "suite.h"

struct join_node {
    uint64_t key, payload;
    struct join_node *next; /* NULL: the last one of its bucket */
    uint64_t unused;        /* two of them in a line, none in two */
};

struct join_table {
    struct join_node **heads; /* of the buckets; NULL: empty */
    unsigned shift;           /* of a hash: leaves the number of a bucket */
    struct join_node *nodes;
    size_t count, stages;
};

/* The bucket's head: multiplicative hashing. */
static inline struct join_node **join_head(const struct join_table *table, uint64_t key)
{
    return &table->heads[key * 0x9e3779b97f4a7c15 >> table->shift];
}

SUITE_DECLARE(join);

#endif
