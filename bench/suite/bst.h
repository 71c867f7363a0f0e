/* bst.h: a binary search tree of the shape that keys in a random order give it; as in Kocberber,
 * Falsafi and Grot, PVLDB 9(4), 2015. */
#ifndef BENCH_SUITE_BST_H
#define BENCH_SUITE_BST_H

#include "suite.h"

struct bst_node {
    uint64_t key, value;
    struct bst_node *left, *right; /* smaller keys, greater keys; NULL: none */
};

struct bst {
    struct bst_node *root, *nodes;
    size_t count, stages;
};

/* Less than 0, 0 or greater than 0: the key lies to the left of the node, in it, to the right. */
static inline int bst_compare(const struct bst_node *node, uint64_t key)
{
    return (key > node->key) - (key < node->key);
}

SUITE_DECLARE(bst);

#endif
