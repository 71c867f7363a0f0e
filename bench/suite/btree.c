/* btree.c: the B+-tree of the index benchmark. */
#include "btree.h"

#include <stdlib.h>

#include "../index_build.h"

/* The tree stands first, for the variants. */
_Static_assert(offsetof(struct index_built, tree) == 0, "the variants take it for its tree");

static uint64_t key_of(const void *structure, size_t item, bool missing)
{
    return index_key(structure, item) + missing; /* odd */
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct index_built *built = bench_alloc(1, sizeof *built, "the tree");
    *built = index_build(scale->items);
    data->structure = built;
    data->bytes = built->all * sizeof *built->nodes;
    suite_draw_lookups(data, scale, zipf, key_of);
}

static void destroy(struct suite_data *data)
{
    index_free(data->structure);
    free(data->structure);
}

const struct suite_workload suite_btree = {
    .name = "btree",
    .operation = "point lookup in a B+-tree with nodes of four lines and up to 16 children",
    .item_bytes = BTREE_ITEM_BYTES,
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(btree),
};
