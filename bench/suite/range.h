/* range.h: range lookups in the B+-tree of the index benchmark: some consecutive values from a key
 * on, over the links between the leaves. In layers they are a cursor whose next() mostly finds the
 * next value in the leaf where it is, and does not suspend then. */
#ifndef BENCH_SUITE_RANGE_H
#define BENCH_SUITE_RANGE_H

#include "btree.h"

enum { RANGE_MOST = 100 /* values */ };

struct range {
    struct index_tree tree;
    size_t stages;
};

/* A key of the suite's: the number of values in the highest byte, and the key to begin from, below
 * 2^56 and not 0: it or the first one behind it. */
static inline uint64_t range_key(uint64_t first, unsigned count)
{
    return (uint64_t)count << 56 | first;
}

static inline uint64_t range_first(uint64_t key)
{
    return key & (((uint64_t)1 << 56) - 1);
}

static inline unsigned range_count(uint64_t key)
{
    return (unsigned)(key >> 56);
}

/* Where in its leaf a range begins; the number of keys there, if behind them all. */
static inline unsigned range_place(const struct index_node *leaf, uint64_t first)
{
    return index_rank(leaf, first - 1);
}

/* Takes up a value; the order matters. */
static inline uint64_t range_add(uint64_t sum, uint64_t value)
{
    return (sum << 1 | sum >> 63) + value;
}

SUITE_DECLARE(range);

#endif
