/* skiplist_layers.c: the lookup in layers: lookup awaits seek, which awaits compare at every node
 * that it has not compared yet. CMakeLists.txt has the ways in which it is compiled. */
#include "layers.h"
#include "skiplist.h"

typedef const struct skiplist_node *node_ptr;

#ifndef TWO_LEVEL

coro_declare(node_ptr);

/* Less than 0, 0 or greater than 0: the key of the node, which is not in the cache yet, is less
 * than `key`, the same, greater. */
static coro_task(int) compare(node_ptr node, uint64_t key)
{
    coro_begin(int);
    coro_prefetch(node);
    coro_return((node->key > key) - (node->key < key));
}

/* The node with the key; NULL: there is none. */
static coro_task(node_ptr) seek(const struct skiplist *list, uint64_t key)
{
    coro_begin(node_ptr);
    node_ptr node = list->head, beyond = NULL,
             next; /* beyond: known to be greater; NULL: the end */
    for (int level = list->top; level >= 0; level--, beyond = next)
        for (next = node->next[level]; next != beyond; node = next, next = node->next[level]) {
            int order = coro_await(compare(next, key));
            if (order == 0)
                coro_return(next);
            if (order > 0)
                break;
        }
    coro_return(NULL);
}

static coro_task(uint64_t) lookup(const struct skiplist *list, uint64_t key)
{
    coro_begin(uint64_t);
    node_ptr node = coro_await(seek(list, key));
    if (!node)
        coro_return(SUITE_MISS);
    coro_return(node->value);
}

#else

static coro_task(uint64_t) lookup(const struct skiplist *list, uint64_t key)
{
    coro_begin(uint64_t);
    node_ptr node = list->head, beyond = NULL, next;
    for (int level = list->top; level >= 0; level--, beyond = next)
        for (next = node->next[level]; next != beyond; node = next, next = node->next[level]) {
            coro_prefetch(next);
            if (next->key == key)
                coro_return(next->value);
            if (next->key > key)
                break;
        }
    coro_return(SUITE_MISS);
}

#endif

#define OPERATION(job, i) lookup((job)->structure, (job)->keys[i])
#include "run.h"
