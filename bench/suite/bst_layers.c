/* bst_layers.c: the lookup in layers: lookup awaits descend, which awaits compare at every node.
 * CMakeLists.txt has the ways in which it is compiled. */
#include "bst.h"
#include "layers.h"

#ifndef TWO_LEVEL

typedef const struct bst_node *node_ptr;
coro_declare(node_ptr);

/* bst_compare() with a node that is not in the cache yet. */
static coro_task(int) compare(node_ptr node, uint64_t key)
{
    coro_begin(int);
    coro_prefetch(node);
    coro_return(bst_compare(node, key));
}

/* The node with the key; NULL: there is none. */
static coro_task(node_ptr) descend(const struct bst *tree, uint64_t key)
{
    coro_begin(node_ptr);
    node_ptr node = tree->root;
    while (node) {
        int order = coro_await(compare(node, key));
        if (order == 0)
            break;
        node = order < 0 ? node->left : node->right;
    }
    coro_return(node);
}

static coro_task(uint64_t) lookup(const struct bst *tree, uint64_t key)
{
    coro_begin(uint64_t);
    node_ptr node = coro_await(descend(tree, key));
    if (!node)
        coro_return(SUITE_MISS);
    coro_return(node->value);
}

#else

static coro_task(uint64_t) lookup(const struct bst *tree, uint64_t key)
{
    coro_begin(uint64_t);
    const struct bst_node *node = tree->root;
    while (node) {
        coro_prefetch(node);
        int order = bst_compare(node, key);
        if (order == 0)
            coro_return(node->value);
        node = order < 0 ? node->left : node->right;
    }
    coro_return(SUITE_MISS);
}

#endif

#define OPERATION(job, i) lookup((job)->structure, (job)->keys[i])
#include "run.h"
