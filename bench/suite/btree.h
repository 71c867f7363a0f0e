/* btree.h: point lookups in a B+-tree, that of the index benchmark. */
#ifndef BENCH_SUITE_BTREE_H
#define BENCH_SUITE_BTREE_H

#include "../index.h"
#include "suite.h"

/* The working set for each key, about: its share of a leaf, and of the nodes above. */
#define BTREE_ITEM_BYTES                                                                           \
    ((sizeof(struct index_node) + sizeof(struct index_node) / INDEX_KEYS) / INDEX_LEAF_FILL)

/* Asks for all lines of a node. */
static inline void btree_prefetch(const struct index_node *node)
{
    for (size_t line = 0; line < sizeof *node; line += 64)
        __builtin_prefetch((const char *)node + line, 0, 3);
}

/* What a lookup gives that has come to its leaf. */
static inline uint64_t btree_result(const struct index_node *leaf, uint64_t key)
{
    unsigned rank = index_rank(leaf, key);
    if (rank == 0 || leaf->key[rank - 1] != key)
        return SUITE_MISS;
    return leaf->value[rank - 1];
}

SUITE_DECLARE(btree);

#endif
