/* range_layers.c: the lookup in layers: scan awaits descend and search_node, as in btree_layers.c,
 * and then next_value for each value, which awaits next_leaf where its leaf has no more.
 * CMakeLists.txt has the ways in which it is compiled. */
#include "descent_layers.h"
#include "range.h"

#ifndef TWO_LEVEL

typedef const uint64_t *value_ptr;
coro_declare(value_ptr);

/* Where a scan is: at the value of that place, or behind the last one of the leaf. */
struct range_cursor {
    node_ptr leaf;
    unsigned place;
};

/* The leaf behind another one; NULL: there is none. */
static coro_task(node_ptr) next_leaf(node_ptr leaf)
{
    coro_begin(node_ptr);
    node_ptr next = index_next(leaf);
    if (next)
        coro_prefetch_range(next, sizeof *next);
    coro_return(next);
}

/* NULL: there are no more. */
static coro_task(value_ptr) next_value(struct range_cursor *cursor)
{
    coro_begin(value_ptr);
    if (cursor->place == cursor->leaf->count) {
        node_ptr leaf = coro_await(next_leaf(cursor->leaf));
        if (!leaf)
            coro_return(NULL);
        *cursor = (struct range_cursor){leaf, 0};
    }
    coro_return(&cursor->leaf->value[cursor->place++]);
}

static coro_task(uint64_t) scan(const struct index_tree *tree, uint64_t key)
{
    coro_begin(uint64_t);
    uint64_t sum = 0, first = range_first(key);
    struct range_cursor cursor = {coro_await(descend(tree, first)), 0};
    cursor.place = coro_await(search_node(cursor.leaf, first - 1));
    for (unsigned left = range_count(key); left > 0; left--) {
        value_ptr value = coro_await(next_value(&cursor));
        if (!value)
            break;
        sum = range_add(sum, *value);
    }
    coro_return(sum);
}

#else

static coro_task(uint64_t) scan(const struct index_tree *tree, uint64_t key)
{
    coro_begin(uint64_t);
    uint64_t sum = 0, first = range_first(key);
    const struct index_node *node = tree->root;
    for (unsigned level = tree->height; level > 0; level--) {
        coro_prefetch_range(node, sizeof *node);
        node = node->child[index_rank(node, first)];
    }
    coro_prefetch_range(node, sizeof *node);
    unsigned place = range_place(node, first);
    for (unsigned left = range_count(key); left > 0; left--) {
        if (place == node->count) {
            node = index_next(node);
            if (!node)
                break;
            coro_prefetch_range(node, sizeof *node);
            place = 0;
        }
        sum = range_add(sum, node->value[place++]);
    }
    coro_return(sum);
}

#endif

#define OPERATION(job, i) scan((job)->structure, (job)->keys[i])
#include "run.h"
