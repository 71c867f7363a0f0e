/* hops.c: the nodes of the chain benchmark, and walks through them. */
#include "hops.h"

#include <stdlib.h>

#include "../chain_build.h"
#include "data.h"

/* Walks that are drawn side by side, so that their lines come at the same time. */
enum { ABREAST = 64 };

/* The results of lookups, without their layers; `key` becomes where they end. */
static void walk(const struct hops *hops, const uint64_t *key, size_t count, uint64_t *result)
{
    struct chain_cursor cursor[ABREAST] = {0};
    for (size_t k = 0; k < count; k++)
        cursor[k].node = &hops->nodes[key[k]];
    for (unsigned hop = 0; hop < HOPS; hop++)
        for (size_t k = 0; k < count; k++) {
            const struct chain_node *next = NULL;
            for (unsigned call = 0; call < hops->calls; call++)
                next = chain_visit(&cursor[k]);
            cursor[k].node = next;
        }
    for (size_t k = 0; k < count; k++)
        result[k] = cursor[k].sum + (uint64_t)HOPS * hops->calls * hops->depth;
}

static void draw(struct suite_data *data, const struct hops *hops)
{
    uint64_t state = 7, result[ABREAST];
    size_t all = data->parts * data->operations;
    for (size_t k = 0; k < all; k++)
        data->keys[k] = bench_below(&state, hops->count);
    for (size_t first = 0; first < all; first += ABREAST) {
        size_t count = all - first < ABREAST ? all - first : ABREAST;
        walk(hops, data->keys + first, count, result);
        for (size_t k = 0; k < count; k++)
            data->answers[(first + k) / data->operations] +=
                suite_weigh((first + k) % data->operations, result[k]);
    }
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    (void)zipf;
    struct hops *hops = bench_alloc(1, sizeof *hops, "the chain");
    *hops = (struct hops){
        .nodes = chain_build(scale->items),
        .count = scale->items,
        .calls = (uint32_t)suite_calls,
        .depth = (uint32_t)suite_depth,
    };
    data->structure = hops;
    data->bytes = hops->count * sizeof *hops->nodes;
    draw(data, hops);
}

static void destroy(struct suite_data *data)
{
    struct hops *hops = data->structure;
    chain_free(hops->nodes, hops->count);
    free(hops);
}

const struct suite_workload suite_hops = {
    .name = "chain",
    .operation = "16 nodes of a random cycle, each through some layers: --depth, --calls",
    .item_bytes = sizeof(struct chain_node),
    .deep = true,
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(hops),
};
