/* tree_layers.c: a walk over all nodes of a binary tree, as one would write it: it awaits itself
 * for the left child, then for the right one. Compiled once for each version:
 *
 *     -DVERSION=tree_inlined                       recursive, inlined into itself by the plugin
 *     -DVERSION=tree_linked -DCORO_NO_INLINE       recursive, linked
 *     -DVERSION=tree_indirect -DVARIANT='"variants/indirect.h"'
 *                                                  the same, and nothing devirtualised
 *     -DVERSION=tree_sequential -DSEQUENTIAL       recursive plain functions, not interleaved
 *     -DVERSION=tree_two_level -DTWO_LEVEL         flattened by hand, with a stack of its own
 *
 * and, of the inlined and the linked ones, those that find their group size: see groups.h.
 */
#ifdef SEQUENTIAL
#include "sequential.h"
#elif defined(VARIANT)
#include VARIANT
#else
#include <coroinline/coro.h>
#endif

#include "groups.h"
#include "tree.h"

#ifndef VERSION
#define VERSION tree_inlined
#endif

typedef const struct tree_node *node_ptr;

#ifndef TWO_LEVEL

static coro_task(uint64_t) walk(node_ptr node)
{
    coro_begin(uint64_t);
    if (!node)
        coro_return(0);
    coro_prefetch(node);
    uint64_t left = coro_await(walk(node->left));
    uint64_t right = coro_await(walk(node->right));
    coro_return(tree_combine(left, right, node->value));
}

#else

static coro_task(uint64_t) walk(node_ptr root)
{
    coro_begin(uint64_t);
    struct {
        node_ptr node;
        bool is_right;                  /* the right child is being walked */
        uint64_t left;                  /* and this is what came of the left one */
    } stack[TREE_HEIGHT], *top = stack; /* behind the last */
    node_ptr node = root;
    for (;;) {
        for (; node; node = node->left) {
            coro_prefetch(node);
            top->node = node;
            top->is_right = false;
            top++;
        }
        uint64_t result = 0;
        for (; top > stack && top[-1].is_right; top--)
            result = tree_combine(top[-1].left, result, top[-1].node->value);
        if (top == stack)
            coro_return(result);
        top[-1].is_right = true;
        top[-1].left = result;
        node = top[-1].node->right;
    }
}

#endif

static uint64_t run(const struct tree_job *job)
{
    uint64_t sum = 0;
    coro_interleave(GROUP(job), job->count, i, walk(job->roots[i]), v, {
        NOTE_GROUP(job);
        sum += v * (2 * i + 1);
    });
    return sum;
}

tree_run *const VERSION = run;
