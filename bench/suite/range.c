/* range.c: the B+-tree of the index benchmark, and ranges of it. */
#include "range.h"

#include <stdlib.h>

#include "../index_build.h"
#include "range_steps.h"
#include "steps_of.h"

struct built {
    struct range range; /* what the variants see */
    struct index_built index;
};

enum { MEAN = 24 /* values of a range, if there were no most */ };

/* Geometric: each value is the last one with the same probability. */
static unsigned draw_count(uint64_t *state)
{
    unsigned count = 1;
    while (count < RANGE_MOST && bench_below(state, MEAN) > 0)
        count++;
    return count;
}

/* Of the items from `item` on, as many as there are. */
static uint64_t answer_of(const struct index_built *index, size_t item, unsigned count)
{
    uint64_t sum = 0;
    for (; count > 0 && item < index->keys; count--, item++)
        sum = range_add(sum, suite_value(index_key(index, item)));
    return sum;
}

/* A key that isn't there lies just behind the item's. */
static void draw(struct suite_data *data, const struct suite_scale *scale, bool zipf,
                 const struct index_built *index)
{
    uint64_t state = 7;
    struct suite_items *items = suite_items_new(scale->items, zipf, 11);
    for (size_t k = 0; k < scale->parts * scale->operations; k++) {
        bool missing = bench_below(&state, 100) < scale->misses;
        size_t item = suite_next_item(items);
        unsigned count = draw_count(&state);
        data->keys[k] = range_key(index_key(index, item) + missing, count);
        data->answers[k / scale->operations] +=
            suite_weigh(k % scale->operations, answer_of(index, item + missing, count));
    }
    suite_items_free(items);
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct built *built = bench_alloc(1, sizeof *built, "the tree");
    built->index = index_build(scale->items);
    built->range.tree = built->index.tree;
    data->structure = built;
    data->bytes = built->index.all * sizeof *built->index.nodes;
    draw(data, scale, zipf, &built->index);
    built->range.stages = suite_stages(data, steps_of);
}

static void destroy(struct suite_data *data)
{
    struct built *built = data->structure;
    index_free(&built->index);
    free(built);
}

const struct suite_workload suite_range = {
    .name = "btree-range",
    .operation = "1 to 100 consecutive values of that tree, 24 on average, from a random key on",
    .item_bytes = BTREE_ITEM_BYTES,
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(range),
};
