/* chain-answers.c: whether every variant of bench/variants gives the answers of the sequential program,
 * at every depth. */
#include <stdio.h>

#include "../../../bench/chain.h"

enum { NODES = 97, LOOKUPS = 37 };

static const struct {
    const char *name;
    const struct chain_version *code;
} versions[] = {
    {"linked", &chain_linked},     {"inlined", &chain_inlined},   {"scheduler", &chain_scheduler},
    {"indirect", &chain_indirect}, {"eager", &chain_eager},       {"told", &chain_told},
    {"stack", &chain_stack},       {"circular", &chain_circular}, {"split", &chain_split},
};

int main(void)
{
    static struct chain_node nodes[NODES];
    const struct chain_node *starts[LOOKUPS];
    static const size_t groups[] = {1, 3, 16, 100}, hops[] = {0, 1, 7};
    for (int k = 0; k < NODES; k++)
        nodes[k] = (struct chain_node){.next = &nodes[(k + 31) % NODES], .payload = 3 * k + 1};
    for (int k = 0; k < LOOKUPS; k++)
        starts[k] = &nodes[k * 5 % NODES];
    for (size_t v = 0; v < sizeof versions / sizeof *versions; v++) {
        int right = 0, wrong = 0;
        for (int depth = 0; depth < CHAIN_DEPTHS; depth++)
            for (int k = 0; k < 4 * 3 * 2; k++) {
                const struct chain_job job = {.starts = starts,
                                              .count = k & 1 ? LOOKUPS : 2,
                                              .hops = hops[k / 2 % 3],
                                              .group = groups[k / 6]};
                int equal = versions[v].code->run[depth](&job) == chain_sequential.run[depth](&job);
                right += equal, wrong += !equal;
            }
        printf("%s %d right, %d wrong\n", versions[v].name, right, wrong);
    }
    return 0;
}
