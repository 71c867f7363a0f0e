/* join.c: the table of the hash join, with one to two tuples for each bucket. */
#include "join.h"

#include <stdlib.h>

#include "buckets.h"

static uint64_t key_of(const void *structure, size_t item, bool missing)
{
    const struct join_table *table = structure;
    uint64_t state = missing ? item + table->count : item;
    return bench_random(&state); /* of two states never the same */
}

static size_t steps_of(const void *structure, uint64_t key)
{
    const struct join_table *table = structure;
    size_t steps = 1;
    for (const struct join_node *node = *join_head(table, key); node; node = node->next) {
        steps++;
        if (node->key == key)
            break;
    }
    return steps;
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct join_table *table = bench_alloc(1, sizeof *table, "the table");
    unsigned bits = bucket_bits(scale->items);
    size_t bytes = scale->items * sizeof *table->nodes, heads = sizeof *table->heads << bits;
    *table = (struct join_table){
        .heads = bench_alloc_huge(heads, "the buckets"),
        .shift = 64 - bits,
        .nodes = bench_alloc_huge(bytes, "the tuples"),
        .count = scale->items,
    };
    for (size_t k = 0; k < scale->items; k++) {
        struct join_node *node = &table->nodes[k];
        node->key = key_of(table, k, false);
        node->payload = suite_value(node->key);
        struct join_node **head = join_head(table, node->key);
        node->next = *head;
        *head = node;
    }
    data->structure = table;
    data->bytes = bytes + heads;
    suite_draw_lookups(data, scale, zipf, key_of);
    table->stages = suite_stages(data, steps_of);
}

static void destroy(struct suite_data *data)
{
    struct join_table *table = data->structure;
    bench_free_huge(table->heads, sizeof *table->heads << (64 - table->shift));
    bench_free_huge(table->nodes, table->count * sizeof *table->nodes);
    free(table);
}

const struct suite_workload suite_join_uniform = {
    .name = "join-uniform",
    .operation = "probe of a hash join, chained buckets; each key of the build side is as likely",
    .item_bytes = sizeof(struct join_node) + sizeof(struct join_node *),
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(join),
};

const struct suite_workload suite_join_zipf = {
    .name = "join-zipf",
    .operation = "the same, with keys that follow Zipf's law with an exponent of 0.99",
    .item_bytes = sizeof(struct join_node) + sizeof(struct join_node *),
    .zipf = true,
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(join),
};
