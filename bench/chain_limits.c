/* chain_limits.c: what the machine allows at all: the lines of the chain brought in as fast as it
 * can when all addresses are known in advance, and one after the other when none is. The work of a
 * hop is done, so that the answers are those of the other versions; the layers are not. */
#include "chain.h"

/* Lines on their way to the first-level cache, which has places for few of them; CHAIN_AHEAD are on
 * theirs to the second-level one. More of either made no difference on a Xeon of 2023; lines
 * fetched straight into the first level took a fifth longer. */
enum { NEARLY_THERE = 8 };

/* As many random lines, independent of each other: their throughput. */
static inline __attribute__((always_inline)) uint64_t run_known(const struct chain_job *job,
                                                                uint64_t depth)
{
    const struct chain_node *nodes = job->nodes;
    const uint32_t *line = job->lines;
    uint64_t total = 0;
    for (size_t i = 0; i < job->count; i++) {
        struct chain_cursor cursor = {0};
        for (size_t hop = 0; hop < job->hops; hop++, line++) {
            __builtin_prefetch(&nodes[line[CHAIN_AHEAD]], 0, 2);
            __builtin_prefetch(&nodes[line[NEARLY_THERE]], 0, 3);
            cursor.node = &nodes[*line];
            chain_visit(&cursor);
        }
        total += (cursor.sum + depth * job->hops) * (2 * i + 1);
    }
    return total;
}

/* One lookup after the other, each begun when the last line of the one before has come: a single
 * chase of dependent loads. */
static inline __attribute__((always_inline)) uint64_t run_latency(const struct chain_job *job,
                                                                  uint64_t depth)
{
    uint64_t total = 0, zero = 0;
    for (size_t i = 0; i < job->count; i++) {
        struct chain_cursor cursor = {.node = job->starts[i] + zero};
        for (size_t hop = 0; hop < job->hops; hop++) {
            zero = cursor.node->zero;
            cursor.node = chain_visit(&cursor);
        }
        total += (cursor.sum + depth * job->hops) * (2 * i + 1);
    }
    return total;
}

#define RUN(depth)                                                                                 \
    static uint64_t known##depth(const struct chain_job *job)                                      \
    {                                                                                              \
        return run_known(job, depth);                                                              \
    }                                                                                              \
    static uint64_t latency##depth(const struct chain_job *job)                                    \
    {                                                                                              \
        return run_latency(job, depth);                                                            \
    }

CHAIN_EACH_DEPTH(RUN)

#define KNOWN(depth) known##depth,
#define LATENCY(depth) latency##depth,
const struct chain_version chain_known = {{CHAIN_EACH_DEPTH(KNOWN)}};
const struct chain_version chain_latency = {{CHAIN_EACH_DEPTH(LATENCY)}};
