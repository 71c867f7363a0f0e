/* index.h: the ordered index of the index benchmark, and how its versions are called. */
#ifndef BENCH_INDEX_H
#define BENCH_INDEX_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    INDEX_KEYS = 15,     /* one less than a power of two: what the search wants */
    INDEX_LEAF_FILL = 14 /* keys in a leaf, of those that fit */
};

/* A node of a B+-tree: four cache lines. Keys ascend; places behind the last key hold UINT64_MAX,
 * which is no key. */
struct index_node {
    alignas(64) uint64_t key[INDEX_KEYS];
    uint64_t count; /* of keys */
    union {
        /* child[k]: keys from key[k - 1] on; in a leaf, the last one is index_next(). */
        const struct index_node *child[INDEX_KEYS + 1];
        uint64_t value[INDEX_KEYS]; /* in a leaf */
    };
};

struct index_tree {
    const struct index_node *root;
    unsigned height; /* levels of inner nodes */
};

/* The number of keys in the node that are at most `key`: a binary search without branches. A
 * product: g++ makes a branch of ?: where clang makes none. */
static inline unsigned index_rank(const struct index_node *node, uint64_t key)
{
    unsigned rank = 0;
    for (unsigned half = (INDEX_KEYS + 1) / 2; half > 0; half /= 2)
        rank += half * (node->key[rank + half - 1] <= key);
    return rank;
}

/* The leaf behind another one in the order of the keys; NULL: that is the last one. */
static inline const struct index_node *index_next(const struct index_node *leaf)
{
    return leaf->child[INDEX_KEYS];
}

struct index_job {
    const struct index_tree *tree;
    const uint64_t *keys; /* what is looked up */
    size_t count;         /* of lookups */
    size_t group;         /* lookups in flight at a time */
    size_t *found;        /* set to the group size found, where that is looked for */
};

struct index_answer {
    uint64_t sum;  /* over the lookups i that found their key: (2 i + 1) times the value */
    size_t misses; /* lookups whose key isn't there */
};

/* Does the job. */
typedef struct index_answer index_run(const struct index_job *job);

extern index_run *const index_inlined_auto1, *const index_linked_auto1;
extern index_run *const index_inlined_auto2, *const index_linked_auto2;
extern index_run *const index_sequential, *const index_linked, *const index_inlined,
                                                                   *const index_two_level;

#endif
