/* limits.c: the limits of the chain benchmark, chain_limits.c, measured beside each workload. */
#include "limits.h"

#include <stdlib.h>

#include "../chain_build.h"
#include "data.h"

enum { HOPS = 16 }; /* of a walk; an operation is a hop, and the keys are not looked at */

struct cycle {
    struct chain_node *nodes;
    size_t count;
    const struct chain_node **starts; /* of all walks */
    uint32_t *lines;                  /* that they come by; see chain_job */
};

static void draw_walks(struct cycle *cycle, struct suite_data *data)
{
    size_t walks = data->operations / HOPS;
    uint64_t state = 7;
    uint32_t *line = cycle->lines;
    for (size_t k = 0; k < data->parts * walks; k++) {
        struct chain_cursor cursor = {.node = &cycle->nodes[bench_below(&state, cycle->count)]};
        cycle->starts[k] = cursor.node;
        for (unsigned hop = 0; hop < HOPS; hop++) {
            *line++ = (uint32_t)(cursor.node - cycle->nodes);
            cursor.node = chain_visit(&cursor);
        }
        data->answers[k / walks] += (cursor.sum + HOPS) * (2 * (k % walks) + 1);
    }
    for (size_t part = 0; part < data->parts; part++)
        data->keys[part * data->operations] = part * walks;
}

void suite_limits_build(struct suite_data *data, const struct suite_scale *scale)
{
    struct cycle *cycle = bench_alloc(1, sizeof *cycle, "the limits");
    struct suite_scale whole = *scale;
    whole.operations -= whole.operations % HOPS;
    suite_data_init(data, &whole);
    size_t hops = whole.parts * whole.operations;
    cycle->count = scale->items;
    data->structure = cycle;
    data->bytes = cycle->count * sizeof *cycle->nodes;
    cycle->nodes = chain_build(cycle->count);
    cycle->starts = bench_alloc(hops / HOPS, sizeof *cycle->starts, "the limits' walks");
    cycle->lines = bench_alloc(hops + CHAIN_AHEAD, sizeof *cycle->lines, "the limits' order");
    draw_walks(cycle, data);
}

void suite_limits_destroy(struct suite_data *data)
{
    struct cycle *cycle = data->structure;
    chain_free(cycle->nodes, cycle->count);
    free(cycle->starts);
    free(cycle->lines);
    free(cycle);
    free(data->keys);
    free(data->answers);
}

/* The first key of a part is the number of its first walk. */
static uint64_t run(const struct chain_version *version, const struct suite_job *job)
{
    const struct cycle *cycle = job->structure;
    size_t first = job->keys[0];
    const struct chain_job chain = {
        .starts = cycle->starts + first,
        .count = job->count / HOPS,
        .hops = HOPS,
        .nodes = cycle->nodes,
        .lines = cycle->lines + first * HOPS,
    };
    return version->run[0](&chain);
}

uint64_t suite_limit_latency(const struct suite_job *job)
{
    return run(&chain_latency, job);
}

uint64_t suite_limit_lines(const struct suite_job *job)
{
    return run(&chain_known, job);
}
