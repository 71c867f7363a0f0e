/* art_layers.c: the lookup in layers: lookup awaits descend, which awaits find_child at every node,
 * and then compare. CMakeLists.txt has the ways in which it is compiled. */
#include "art.h"
#include "layers.h"

#ifndef TWO_LEVEL

typedef const struct art_node *node_ptr;
typedef const struct art_leaf *leaf_ptr;
coro_declare(art_ref);

/* The child of a node that is not in the cache yet. Only the smallest node is a single line. */
static coro_task(art_ref) find_child(node_ptr node, uint64_t key)
{
    coro_begin(art_ref);
    coro_prefetch(node);
    if (art_differs(node, key))
        coro_return(0);
    unsigned byte = art_byte(node, key);
    if (node->type == ART_48)
        coro_prefetch(art_place(node, byte));
    const art_ref *slot = art_slot(node, byte);
    if (!slot)
        coro_return(0);
    if (node->type != ART_4)
        coro_prefetch(slot);
    coro_return(*slot);
}

/* The leaf where the key is, if it is anywhere. */
static coro_task(art_ref) descend(const struct art *tree, uint64_t key)
{
    coro_begin(art_ref);
    art_ref at = tree->root;
    while (art_is_node(at))
        at = coro_await(find_child(art_node_at(at), key));
    coro_return(at);
}

/* art_result() of a leaf that is not in the cache yet. */
static coro_task(uint64_t) compare(leaf_ptr leaf, uint64_t key)
{
    coro_begin(uint64_t);
    coro_prefetch(leaf);
    coro_return(art_result(leaf, key));
}

static coro_task(uint64_t) lookup(const struct art *tree, uint64_t key)
{
    coro_begin(uint64_t);
    art_ref at = coro_await(descend(tree, key));
    if (!at)
        coro_return(SUITE_MISS);
    coro_return(coro_await(compare(art_leaf_at(at), key)));
}

#else

static coro_task(uint64_t) lookup(const struct art *tree, uint64_t key)
{
    coro_begin(uint64_t);
    art_ref at = tree->root;
    while (art_is_node(at)) {
        const struct art_node *node = art_node_at(at);
        coro_prefetch(node);
        if (art_differs(node, key))
            coro_return(SUITE_MISS);
        unsigned byte = art_byte(node, key);
        if (node->type == ART_48)
            coro_prefetch(art_place(node, byte));
        const art_ref *slot = art_slot(node, byte);
        if (!slot)
            coro_return(SUITE_MISS);
        if (node->type != ART_4)
            coro_prefetch(slot);
        at = *slot;
    }
    if (!at)
        coro_return(SUITE_MISS);
    coro_prefetch(art_leaf_at(at));
    coro_return(art_result(art_leaf_at(at), key));
}

#endif

#define OPERATION(job, i) lookup((job)->structure, (job)->keys[i])
#include "run.h"
