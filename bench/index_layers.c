/* index_layers.c: a lookup in a B+-tree, in layers as one would write it: lookup awaits descend,
 * which awaits search_node at every level. Compiled once for each version:
 *
 *     -DVERSION=index_inlined                       the layers, inlined by the plugin
 *     -DVERSION=index_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=index_sequential -DSEQUENTIAL       the layers as plain functions, not interleaved
 *     -DVERSION=index_two_level -DTWO_LEVEL         flattened by hand
 *
 * and, of the inlined and the linked ones, those that find their group size: see groups.h.
 */
#ifdef SEQUENTIAL
#include "sequential.h"
#else
#include <coroinline/coro.h>
#endif

#include "groups.h"
#include "index.h"

#ifndef VERSION
#define VERSION index_inlined
#endif

typedef const struct index_node *node_ptr;

typedef struct {
    bool found;
    uint64_t value; /* if found */
} finding;

coro_declare(node_ptr);
coro_declare(finding);

#ifndef TWO_LEVEL

/* The rank of the key in the node, which is not in the cache yet. */
static coro_task(unsigned) search_node(node_ptr node, uint64_t key)
{
    coro_begin(unsigned);
    coro_prefetch_range(node, sizeof *node);
    coro_return(index_rank(node, key));
}

/* The leaf where the key is, if it is anywhere. */
static coro_task(node_ptr) descend(const struct index_tree *tree, uint64_t key)
{
    coro_begin(node_ptr);
    node_ptr node = tree->root;
    for (unsigned level = tree->height; level > 0; level--)
        node = node->child[coro_await(search_node(node, key))];
    coro_return(node);
}

static coro_task(finding) lookup(const struct index_tree *tree, uint64_t key)
{
    coro_begin(finding);
    node_ptr leaf = coro_await(descend(tree, key));
    unsigned rank = coro_await(search_node(leaf, key));
    if (rank == 0 || leaf->key[rank - 1] != key)
        coro_return((finding){.found = false});
    coro_return((finding){.found = true, .value = leaf->value[rank - 1]});
}

#else

static coro_task(finding) lookup(const struct index_tree *tree, uint64_t key)
{
    coro_begin(finding);
    node_ptr node = tree->root;
    for (unsigned level = tree->height; level > 0; level--) {
        coro_prefetch_range(node, sizeof *node);
        node = node->child[index_rank(node, key)];
    }
    coro_prefetch_range(node, sizeof *node);
    unsigned rank = index_rank(node, key);
    if (rank == 0 || node->key[rank - 1] != key)
        coro_return((finding){.found = false});
    coro_return((finding){.found = true, .value = node->value[rank - 1]});
}

#endif

static struct index_answer run(const struct index_job *job)
{
    struct index_answer answer = {0, 0};
    coro_interleave(GROUP(job), job->count, i, lookup(job->tree, job->keys[i]), v, {
        NOTE_GROUP(job);
        if (v.found)
            answer.sum += v.value * (2 * i + 1);
        else
            answer.misses++;
    });
    return answer;
}

index_run *const VERSION = run;
