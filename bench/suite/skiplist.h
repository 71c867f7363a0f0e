/* skiplist.h: a skip list: Pugh, Communications of the ACM 33(6), 1990, with the probability of 1/4
 * that he recommends. */
#ifndef BENCH_SUITE_SKIPLIST_H
#define BENCH_SUITE_SKIPLIST_H

#include "suite.h"

enum { SKIPLIST_LEVELS = 16 };

struct skiplist_node {
    uint64_t key, value;
    struct skiplist_node *next[]; /* on each level that the node has; NULL: the last one there */
};

struct skiplist {
    struct skiplist_node *head; /* before the first one; has no key */
    int top;                    /* the highest level that has a node */
    char *nodes;
    size_t bytes, stages;
};

SUITE_DECLARE(skiplist);

#endif
