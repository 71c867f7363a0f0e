/* index_build.c: builds a B+-tree from below. */
#include "index_build.h"

#include <stdlib.h>

#include "harness.h"

uint64_t index_value(uint64_t key)
{
    return bench_random(&key);
}

static size_t nodes_above(size_t nodes)
{
    return (nodes + INDEX_KEYS) / (INDEX_KEYS + 1);
}

static void fill_leaf(struct index_node *leaf, size_t count, uint64_t *key, uint64_t *state)
{
    leaf->count = count;
    for (unsigned k = 0; k < INDEX_KEYS; k++)
        leaf->key[k] = UINT64_MAX;
    for (unsigned k = 0; k < count; k++) {
        *key += 2 + 2 * bench_below(state, 1 << 20); /* always even */
        leaf->key[k] = *key;
        leaf->value[k] = index_value(*key);
    }
}

/* The golden section of the number, or what is next to it and has no divisor in common with it. */
static size_t stride_of(size_t leaves)
{
    for (size_t stride = (size_t)(0.618 * (double)leaves) + 1;; stride++) {
        size_t a = leaves, b = stride;
        while (b > 0) {
            size_t rest = a % b;
            a = b, b = rest;
        }
        if (a == 1)
            return stride;
    }
}

/* Child number k in the order of the keys is children[k * stride % count], and `lowest[k]` the
 * lowest key below it; becomes the same of the nodes of this level, which lie in order. */
static size_t build_level(struct index_node *level, const struct index_node *children, size_t count,
                          size_t stride, uint64_t *lowest)
{
    size_t nodes = nodes_above(count);
    for (size_t n = 0; n < nodes; n++) {
        size_t first = n * (INDEX_KEYS + 1);
        size_t fan_out = count - first < INDEX_KEYS + 1 ? count - first : INDEX_KEYS + 1;
        level[n].count = fan_out - 1;
        for (unsigned k = 0; k < INDEX_KEYS; k++)
            level[n].key[k] = k + 1 < fan_out ? lowest[first + k + 1] : UINT64_MAX;
        for (unsigned k = 0; k < fan_out; k++)
            level[n].child[k] = &children[(first + k) * stride % count];
        lowest[n] = lowest[first];
    }
    return nodes;
}

struct index_built index_build(size_t keys)
{
    size_t leaves = (keys + INDEX_LEAF_FILL - 1) / INDEX_LEAF_FILL, all = leaves;
    for (size_t level = leaves; level > 1; all += level)
        level = nodes_above(level);
    struct index_built built = {.keys = keys, .leaves = leaves, .all = all};
    built.stride = stride_of(leaves);
    built.nodes = bench_alloc_huge(all * sizeof *built.nodes, "the tree");
    uint64_t *lowest = bench_alloc(leaves, sizeof *lowest, "the tree's separators");
    uint64_t key = 0, state = 42;
    for (size_t n = 0, left = keys; n < leaves; n++, left -= INDEX_LEAF_FILL) {
        struct index_node *leaf = index_leaf(&built, n);
        fill_leaf(leaf, left < INDEX_LEAF_FILL ? left : INDEX_LEAF_FILL, &key, &state);
        leaf->child[INDEX_KEYS] = n + 1 < leaves ? index_leaf(&built, n + 1) : NULL;
        lowest[n] = leaf->key[0];
    }
    struct index_node *level = built.nodes;
    for (size_t count = leaves; count > 1; built.tree.height++) {
        struct index_node *above = level + count;
        size_t stride = built.tree.height == 0 ? built.stride : 1;
        count = build_level(above, level, count, stride, lowest);
        level = above;
    }
    built.tree.root = level;
    free(lowest);
    return built;
}

void index_free(struct index_built *built)
{
    bench_free_huge(built->nodes, built->all * sizeof *built->nodes);
}
