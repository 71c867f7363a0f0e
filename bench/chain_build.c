/* chain_build.c: links the nodes of the pointer chases. */
#include "chain_build.h"

#include "harness.h"

struct chain_node *chain_build(size_t count)
{
    struct chain_node *nodes = bench_alloc_huge(count * sizeof *nodes, "the nodes");
    uint32_t *next = bench_alloc_huge(count * sizeof *next, "the order of the nodes");
    uint64_t state = 42;
    bench_cycle(next, count, &state);
    for (size_t k = 0; k < count; k++) {
        nodes[k].next = &nodes[next[k]];
        nodes[k].payload = bench_random(&state);
    }
    bench_free_huge(next, count * sizeof *next);
    return nodes;
}

void chain_free(struct chain_node *nodes, size_t count)
{
    bench_free_huge(nodes, count * sizeof *nodes);
}
