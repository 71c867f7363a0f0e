/* chain.h: the nodes of the chain benchmark, and how its versions are called. C and C++. */
#ifndef BENCH_CHAIN_H
#define BENCH_CHAIN_H

#include <stddef.h>
#include <stdint.h>

enum { CHAIN_DEPTHS = 9 };

/* One cache line. All nodes are linked in one random cycle. */
struct chain_node {
    const struct chain_node *next;
    uint64_t payload;
    uint64_t unused[6];
};

/* What a lookup gathers on its way: its result is sum + calls. */
struct chain_walk {
    uint64_t sum;   /* of the payloads, in an order that matters */
    uint64_t calls; /* of layers: each counts its own, as in CoroBase's test of the resume order */
};

static inline void chain_visit(struct chain_walk *walk, const struct chain_node *node)
{
    walk->sum = (walk->sum << 1 | walk->sum >> 63) + node->payload;
}

struct chain_job {
    const struct chain_node *const *starts; /* where each lookup begins */
    size_t count;                           /* of lookups */
    size_t hops;                            /* of one lookup */
    size_t group;                           /* lookups in flight at a time */
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
    chain_cpp20, chain_cpp20_flat;
#ifdef __cplusplus
}
#endif

#endif
