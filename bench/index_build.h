/* index_build.h: the B+-tree of index.h, of random keys. */
#ifndef BENCH_INDEX_BUILD_H
#define BENCH_INDEX_BUILD_H

#include "index.h"

enum { INDEX_LEAF_FILL = 14 }; /* keys in a leaf, of the 15 that fit */

struct index_built {
    struct index_tree tree;
    struct index_node *nodes; /* the leaves first, in the order of their keys */
    size_t keys, leaves, all; /* all: nodes */
};

/* The value that belongs to a key. */
uint64_t index_value(uint64_t key);

/* A tree of `keys` keys, 1 at least, all of them even; loaded from below. */
struct index_built index_build(size_t keys);
void index_free(struct index_built *built);

/* The key of rank `item`. */
static inline uint64_t index_key(const struct index_built *built, size_t item)
{
    return built->nodes[item / INDEX_LEAF_FILL].key[item % INDEX_LEAF_FILL];
}

#endif
