/* bst.c: the binary search tree, its nodes at random places. */
#include "bst.h"

#include <stdlib.h>

/* Where the nodes come from: in a random order. */
struct pool {
    struct bst_node *nodes;
    uint32_t *order;
    size_t used;
    uint64_t state;
};

/* The tree of the keys of items `first` to `first + size - 1`: each is as likely to be the root. */
static struct bst_node *build_tree(struct pool *pool, size_t first, size_t size)
{
    if (size == 0)
        return NULL;
    struct bst_node *node = &pool->nodes[pool->order[pool->used++]];
    size_t before = bench_below(&pool->state, size);
    node->key = 2 * (first + before + 1); /* even */
    node->value = suite_value(node->key);
    node->left = build_tree(pool, first, before);
    node->right = build_tree(pool, first + before + 1, size - 1 - before);
    return node;
}

static uint64_t key_of(const void *structure, size_t item, bool missing)
{
    (void)structure;
    return 2 * (item + 1) + missing;
}

static size_t steps_of(const void *structure, uint64_t key)
{
    size_t steps = 0;
    for (const struct bst_node *node = ((const struct bst *)structure)->root; node;) {
        int order = bst_compare(node, key);
        steps++;
        node = order == 0 ? NULL : order < 0 ? node->left : node->right;
    }
    return steps;
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct bst *tree = bench_alloc(1, sizeof *tree, "the tree");
    size_t count = scale->items, bytes = count * sizeof *tree->nodes;
    struct pool pool = {
        .nodes = bench_alloc_huge(bytes, "the nodes"),
        .order = bench_alloc_huge(count * sizeof *pool.order, "the order of the nodes"),
        .state = 42,
    };
    for (size_t k = 0; k < count; k++)
        pool.order[k] = (uint32_t)k;
    bench_shuffle(pool.order, count, &pool.state);
    tree->root = build_tree(&pool, 0, count);
    tree->nodes = pool.nodes;
    tree->count = count;
    bench_free_huge(pool.order, count * sizeof *pool.order);
    data->structure = tree;
    data->bytes = bytes;
    suite_draw_lookups(data, scale, zipf, key_of);
    tree->stages = suite_stages(data, steps_of);
}

static void destroy(struct suite_data *data)
{
    struct bst *tree = data->structure;
    bench_free_huge(tree->nodes, tree->count * sizeof *tree->nodes);
    free(tree);
}

const struct suite_workload suite_bst = {
    .name = "bst",
    .operation = "lookup in a binary search tree of random shape",
    .item_bytes = sizeof(struct bst_node),
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(bst),
};
