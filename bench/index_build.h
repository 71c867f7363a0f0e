/* index_build.h: the B+-tree of index.h, of random keys. */
#ifndef BENCH_INDEX_BUILD_H
#define BENCH_INDEX_BUILD_H

#include "index.h"

struct index_built {
    struct index_tree tree;
    struct index_node *nodes; /* the leaves first; see index_leaf() */
    size_t keys, leaves, all; /* all: nodes */
    size_t stride;            /* no divisor in common with the number of leaves */
};

/* The value that belongs to a key. */
uint64_t index_value(uint64_t key);

/* A tree of `keys` keys, 1 at least, all of them even; loaded from below. */
struct index_built index_build(size_t keys);
void index_free(struct index_built *built);

/* Leaf number k in the order of the keys. Those that follow each other lie far apart, as in a tree
 * that has grown. */
static inline struct index_node *index_leaf(const struct index_built *built, size_t k)
{
    return &built->nodes[k * built->stride % built->leaves];
}

/* The key of rank `item`. */
static inline uint64_t index_key(const struct index_built *built, size_t item)
{
    return index_leaf(built, item / INDEX_LEAF_FILL)->key[item % INDEX_LEAF_FILL];
}

#endif
