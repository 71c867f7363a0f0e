/* chain.h: the nodes of the chain benchmark, and how its versions are called. C and C++. */
#ifndef BENCH_CHAIN_H
#define BENCH_CHAIN_H

#include <stddef.h>
#include <stdint.h>

enum { CHAIN_DEPTHS = 9 };

/* What each depth has, and what each layer but the innermost: X(depth), X(layer, the one below). */
#define CHAIN_EACH_DEPTH(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)
#define CHAIN_EACH_LAYER(X) X(2, 1) X(3, 2) X(4, 3) X(5, 4) X(6, 5) X(7, 6) X(8, 7) X(9, 8)

/* One cache line. All nodes are linked in one random cycle. */
struct chain_node {
    const struct chain_node *next;
    uint64_t payload;
    uint64_t zero; /* as no compiler knows: what is loaded from here waits for the line */
    uint64_t unused[5];
};

/* Where a lookup is and what it has gathered on its way. Its result is sum + calls. The layers take
 * it as their one argument: two that lie side by side, as a node and a counter would, LLVM copies
 * from frame to frame as 16 bytes just after they were stored as twice 8, which store
 * buffers don't forward: at each hop every nested version, in C++ too, would wait for the stores.
 */
struct chain_cursor {
    const struct chain_node *node;
    uint64_t sum;   /* of the payloads, in an order that matters */
    uint64_t calls; /* of layers: each counts its own, as in CoroBase's test of the resume order */
};

/* Takes up the node's payload. Returns the next node. */
static inline const struct chain_node *chain_visit(struct chain_cursor *cursor)
{
    const struct chain_node *node = cursor->node;
    cursor->sum = (cursor->sum << 1 | cursor->sum >> 63) + node->payload;
    return node->next;
}

enum { CHAIN_AHEAD = 64 }; /* lines */

struct chain_job {
    const struct chain_node *const *starts; /* where each lookup begins */
    size_t count;                           /* of lookups */
    size_t hops;                            /* of one lookup */
    size_t group;                           /* lookups in flight at a time */
    size_t *found; /* set to the group size found, where that is looked for */
    /* What only chain_known looks at: the indexes of the nodes that the lookups come by, `hops` for
     * each lookup, one lookup after the other, and CHAIN_AHEAD indexes of any nodes behind. */
    const struct chain_node *nodes;
    const uint32_t *lines;
};

/* Does the job. Returns the sum over all lookups i of (2 i + 1) times the lookup's result. */
typedef uint64_t chain_run(const struct chain_job *job);

/* A version of the program: run[d - 1] awaits d deep at every hop. */
struct chain_version {
    chain_run *run[CHAIN_DEPTHS];
};

#ifdef __cplusplus
extern "C" {
#endif
extern const struct chain_version chain_sequential, chain_linked, chain_inlined, chain_two_level,
    chain_inlined_auto1, chain_linked_auto1, chain_amac, chain_cpp20_pooled, chain_cpp20_elided,
    chain_cpp20_flat;
extern const struct chain_version chain_scheduler, chain_indirect, chain_eager, chain_told,
    chain_stack, chain_circular, chain_split;                 /* variants/ */
extern const struct chain_version chain_known, chain_latency; /* chain_limits.c */
#ifdef __cplusplus
}
#endif

#endif
