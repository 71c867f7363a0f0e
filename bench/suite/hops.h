/* hops.h: a pointer chase through nodes of one cache line, as in the chain benchmark: what layers
 * cost by themselves. Each step of a lookup goes through as many layers as the depth says, of which
 * the innermost one takes up a node: it suspends where that is a new one, and does not for the
 * further calls that take up the same node again, as the next() of a cursor does that has something
 * left in its line. */
#ifndef BENCH_SUITE_HOPS_H
#define BENCH_SUITE_HOPS_H

#include "../chain.h"
#include "suite.h"

enum { HOPS = 16 /* of a lookup: nodes, a suspend for each */ };

struct hops {
    struct chain_node *nodes;
    size_t count;
    uint32_t calls; /* for each node: steps; 1 at least */
    uint32_t depth; /* 1 to CHAIN_DEPTHS */
};

/* Where a lookup is. */
struct hops_cursor {
    struct chain_cursor chase;
    uint32_t taken; /* steps that the node has been taken up by */
    uint32_t calls;
    uint32_t left; /* nodes */
};

/* `key`: the number of the first node. */
static inline struct hops_cursor hops_begin(const struct hops *hops, uint64_t key)
{
    struct hops_cursor cursor = {{&hops->nodes[key], 0, 0}, 0, hops->calls, HOPS};
    return cursor;
}

/* The node's line is not in the cache yet. */
static inline bool hops_is_new(const struct hops_cursor *cursor)
{
    return cursor->taken == 0;
}

/* Takes up the node, and goes on to the next one behind the last step. False: that was all. */
static inline bool hops_take(struct hops_cursor *cursor)
{
    const struct chain_node *next = chain_visit(&cursor->chase);
    if (++cursor->taken < cursor->calls)
        return true;
    cursor->taken = 0;
    cursor->chase.node = next;
    return --cursor->left > 0;
}

static inline uint64_t hops_result(const struct hops_cursor *cursor)
{
    return cursor->chase.sum + cursor->chase.calls;
}

SUITE_DECLARE(hops);

#endif
