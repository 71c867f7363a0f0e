/* art.c: the adaptive radix tree: its keys, inserted in a random order, and its nodes, which grow
 * as they do. */
#include "art.h"

#include <stdlib.h>
#include <string.h>

#include "art_steps.h"
#include "steps_of.h"

_Static_assert(sizeof(struct art_4) <= 64, "the smallest node is a line");

/* ---- Keys ------------------------------------------------------------------------------------ */

enum { BLOCK = 128 }; /* items */

/* A bijection of numbers below 2^40. */
static uint64_t mix_40(uint64_t k)
{
    const uint64_t below = ((uint64_t)1 << 40) - 1;
    k = k * 0x9e3779b97f4a7c15 & below;
    k ^= k >> 20;
    k = k * 0xbf58476d1ce4e5b9 & below;
    return k ^ k >> 20;
}

/* The key of an item: even. Blocks of items have the five highest bytes in common, which are drawn,
 * and the others as their number demands; in every fourth one each item has bytes of its own. */
static uint64_t present_key(size_t item)
{
    uint64_t in_block = item % BLOCK, first = item - in_block, low, unlike = item;
    switch (item / BLOCK % 4) {
    case 0: /* dense: 128 values of a byte */
        low = 2 * in_block;
        break;
    case 1: /* 4 values, then 32 */
        low = (in_block / 32 * 85) << 8 | in_block % 32 * 8;
        break;
    case 2: /* 4 values, then 4, then 8 */
        low = in_block / 32 << 16 | in_block / 8 % 4 << 8 | in_block % 8 * 2;
        break;
    default: /* sparse */
        low = bench_random(&unlike) >> 40 & ~(uint64_t)1;
        first = item;
    }
    return mix_40(first) << 24 | low;
}

/* A key that is missing is odd and has another bit in one of its bytes, so that lookups come to
 * their end at a node's prefix, at a node without the child and at a leaf. */
static uint64_t key_of(const void *structure, size_t item, bool missing)
{
    (void)structure;
    uint64_t key = present_key(item), state = item;
    if (missing)
        key = (key ^ (uint64_t)2 << 8 * bench_below(&state, 8)) | 1;
    return key;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

enum { CHUNKS = 40, FIRST_CHUNK = 2 << 20 /* bytes; each is twice as large as the one before */ };

struct art_pool {
    char *chunks[CHUNKS];
    unsigned count;
    size_t used;                       /* bytes of the last chunk */
    size_t bytes;                      /* of the nodes in the tree */
    struct art_node *spare[ART_TYPES]; /* outgrown; `prefix` holds the address of the next */
};

static const size_t node_sizes[ART_TYPES] = {sizeof(struct art_4), sizeof(struct art_16),
                                             sizeof(struct art_48), sizeof(struct art_256)};

/* In whole lines. */
static size_t size_of(enum art_type type)
{
    return (node_sizes[type] + 63) & ~(size_t)63;
}

static size_t chunk_size(unsigned chunk)
{
    return (size_t)FIRST_CHUNK << chunk;
}

static void *take_fresh(struct art_pool *pool, size_t size)
{
    if (pool->count == 0 || pool->used + size > chunk_size(pool->count - 1)) {
        pool->chunks[pool->count] = bench_alloc_huge(chunk_size(pool->count), "the nodes");
        pool->count++;
        pool->used = 0;
    }
    char *memory = pool->chunks[pool->count - 1] + pool->used;
    pool->used += size;
    return memory;
}

static struct art_node *node_new(struct art_pool *pool, enum art_type type, uint64_t prefix,
                                 unsigned shift)
{
    size_t size = size_of(type);
    struct art_node *node = pool->spare[type];
    if (node)
        pool->spare[type] = (struct art_node *)(uintptr_t)node->prefix;
    else
        node = take_fresh(pool, size);
    memset(node, 0, size);
    node->prefix = prefix;
    node->type = (uint8_t)type;
    node->shift = (uint8_t)shift;
    pool->bytes += size;
    return node;
}

static void node_free(struct art_pool *pool, struct art_node *node)
{
    enum art_type type = node->type;
    pool->bytes -= size_of(type);
    node->prefix = (uintptr_t)pool->spare[type];
    pool->spare[type] = node;
}

static void pool_free(struct art_pool *pool)
{
    for (unsigned k = 0; k < pool->count; k++)
        bench_free_huge(pool->chunks[k], chunk_size(k));
    free(pool);
}

/* ---- Insertion ------------------------------------------------------------------------------- */

/* Of `count` bytes and their children, which it keeps in order. */
static void put_sorted(uint8_t *bytes, art_ref *children, unsigned count, unsigned byte,
                       art_ref child)
{
    for (; count > 0 && bytes[count - 1] > byte; count--) {
        bytes[count] = bytes[count - 1];
        children[count] = children[count - 1];
    }
    bytes[count] = (uint8_t)byte;
    children[count] = child;
}

/* The node has room. */
static void put_child(struct art_node *node, unsigned byte, art_ref child)
{
    struct art_4 *of_4 = (struct art_4 *)node;
    struct art_16 *of_16 = (struct art_16 *)node;
    struct art_48 *of_48 = (struct art_48 *)node;
    unsigned count = node->count++;
    switch (node->type) {
    case ART_4:
        put_sorted(of_4->bytes, of_4->child, count, byte, child);
        break;
    case ART_16:
        put_sorted(of_16->bytes, of_16->child, count, byte, child);
        break;
    case ART_48:
        of_48->child[count] = child;
        of_48->place[byte] = (uint8_t)(count + 1);
        break;
    default:
        ((struct art_256 *)node)->child[byte] = child;
    }
}

static struct art_node *grow(struct art_pool *pool, struct art_node *node)
{
    struct art_node *grown = node_new(pool, node->type + 1u, node->prefix, node->shift);
    for (unsigned byte = 0; byte < 256; byte++) {
        const art_ref *slot = art_slot(node, byte);
        if (slot)
            put_child(grown, byte, *slot);
    }
    node_free(pool, node);
    return grown;
}

static void add_child(struct art_pool *pool, art_ref *at, unsigned byte, art_ref child)
{
    static const unsigned room[ART_TYPES] = {4, 16, 48, 256};
    struct art_node *node = (struct art_node *)*at;
    if (node->count == room[node->type])
        *at = (art_ref)(node = grow(pool, node));
    put_child(node, byte, child);
}

/* Puts a node above what is there, some key of which is `other`, and the leaf. */
static void split(struct art_pool *pool, art_ref *at, uint64_t other, uint64_t key, art_ref leaf)
{
    unsigned shift = (63u - (unsigned)__builtin_clzll(other ^ key)) & ~7u;
    struct art_node *node = node_new(pool, ART_4, key, shift);
    put_child(node, art_byte(node, other), *at);
    put_child(node, art_byte(node, key), leaf);
    *at = (art_ref)node;
}

/* The key is not there yet. */
static void insert(struct art *tree, struct art_leaf *leaf)
{
    art_ref *at = &tree->root, ref = (art_ref)leaf + 1;
    while (art_is_node(*at)) {
        const struct art_node *node = art_node_at(*at);
        if (art_differs(node, leaf->key))
            return split(tree->pool, at, node->prefix, leaf->key, ref);
        unsigned byte = art_byte(node, leaf->key);
        const art_ref *slot = art_slot(node, byte);
        if (!slot || !*slot)
            return add_child(tree->pool, at, byte, ref);
        at = (art_ref *)slot;
    }
    if (*at)
        split(tree->pool, at, art_leaf_at(*at)->key, leaf->key, ref);
    else
        *at = ref;
}

/* ---- The tree -------------------------------------------------------------------------------- */

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct art *tree = bench_alloc(1, sizeof *tree, "the tree");
    size_t count = scale->items, bytes = count * sizeof *tree->leaves;
    uint32_t *order = bench_alloc_huge(count * sizeof *order, "the order of the keys");
    uint64_t state = 42;
    *tree = (struct art){
        .pool = bench_alloc(1, sizeof *tree->pool, "the memory of the nodes"),
        .leaves = bench_alloc_huge(bytes, "the leaves"),
        .count = count,
    };
    for (size_t k = 0; k < count; k++)
        order[k] = (uint32_t)k;
    bench_shuffle(order, count, &state);
    for (size_t k = 0; k < count; k++) {
        uint64_t key = present_key(order[k]);
        tree->leaves[k] = (struct art_leaf){.key = key, .value = suite_value(key)};
        insert(tree, &tree->leaves[k]);
    }
    bench_free_huge(order, count * sizeof *order);
    data->structure = tree;
    data->bytes = bytes + tree->pool->bytes;
    suite_draw_lookups(data, scale, zipf, key_of);
    tree->stages = suite_stages(data, steps_of);
}

static void destroy(struct suite_data *data)
{
    struct art *tree = data->structure;
    bench_free_huge(tree->leaves, tree->count * sizeof *tree->leaves);
    pool_free(tree->pool);
    free(tree);
}

const struct suite_workload suite_art = {
    .name = "art",
    .operation = "lookup of a key of 8 bytes in an adaptive radix tree, with all types of nodes",
    .item_bytes = 40,
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(art),
};
