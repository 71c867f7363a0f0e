/* chain_amac.c: the chain as a state machine by hand: asynchronous memory access chaining,
 * Kocberber, Falsafi, Grot, PVLDB 9(4), 2015. Same nodes, prefetches, group and answers as in
 * chain_layers.c; no plugin, no coroutines.
 *
 * A chain has one stage, so that there is none to switch on: a slot's line is under way, and the
 * next visit takes it up. Of the forms tried on x86-64 this one executes the least, 14 instructions
 * a hop in a ring of any length, and no other is faster, in the caches or beyond them. An index
 * instead of the pointer, a conditional move at the end of the ring, and slots that point to the
 * next are slower; a counter that goes through a register takes two more instructions. */
#include "chain.h"

/* The state of a lookup, in the ring of those in flight. */
struct slot {
    struct chain_cursor cursor;
    size_t left; /* hops */
    size_t lookup;
};

static inline void start(struct slot *slot, const struct chain_job *job, size_t lookup)
{
    *slot = (struct slot){
        .cursor = {.node = job->starts[lookup]},
        .left = job->hops,
        .lookup = lookup,
    };
    __builtin_prefetch(slot->cursor.node);
}

static inline __attribute__((always_inline)) uint64_t run(const struct chain_job *job,
                                                          uint64_t depth)
{
    size_t group = job->group < job->count ? job->group : job->count, next = 0;
    struct slot ring[group], *end = ring + group;
    uint64_t total = 0;
    while (next < group) {
        start(&ring[next], job, next);
        next++;
    }
    for (;;) {
        for (struct slot *slot = ring; slot != end;) {
            struct chain_cursor visit = {slot->cursor.node, slot->cursor.sum, 0};
            const struct chain_node *node = chain_visit(&visit);
            if (__builtin_expect(--slot->left != 0, 1)) {
                __builtin_prefetch(node);
                slot->cursor.node = node;
                slot->cursor.sum = visit.sum;
                slot->cursor.calls += depth;
                slot++;
                continue;
            }
            total += (visit.sum + slot->cursor.calls + depth) * (2 * slot->lookup + 1);
            if (next < job->count) {
                start(slot++, job, next++);
            } else {
                *slot = *--end; /* whose turn it is now */
                if (end == ring)
                    return total;
            }
        }
    }
}

#define RUN(depth)                                                                                 \
    static uint64_t run##depth(const struct chain_job *job)                                        \
    {                                                                                              \
        return run(job, depth);                                                                    \
    }

CHAIN_EACH_DEPTH(RUN)

#define RUN_OF(depth) run##depth,
const struct chain_version chain_amac = {{CHAIN_EACH_DEPTH(RUN_OF)}};
