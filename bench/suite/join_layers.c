/* join_layers.c: the probe in layers: probe awaits find, which awaits is_match at every tuple of
 * the bucket. CMakeLists.txt has the ways in which it is compiled. */
#include "join.h"
#include "layers.h"

#ifndef TWO_LEVEL

typedef const struct join_node *node_ptr;
coro_declare(node_ptr);

/* Of a tuple that is not in the cache yet. */
static coro_task(bool) is_match(node_ptr node, uint64_t key)
{
    coro_begin(bool);
    coro_prefetch(node);
    coro_return(node->key == key);
}

/* The tuple with the key; NULL: there is none. */
static coro_task(node_ptr) find(const struct join_table *table, uint64_t key)
{
    coro_begin(node_ptr);
    struct join_node **head = join_head(table, key);
    coro_prefetch(head);
    for (node_ptr node = *head; node; node = node->next)
        if (coro_await(is_match(node, key)))
            coro_return(node);
    coro_return(NULL);
}

static coro_task(uint64_t) probe(const struct join_table *table, uint64_t key)
{
    coro_begin(uint64_t);
    node_ptr node = coro_await(find(table, key));
    if (!node)
        coro_return(SUITE_MISS);
    coro_return(node->payload);
}

#else

static coro_task(uint64_t) probe(const struct join_table *table, uint64_t key)
{
    coro_begin(uint64_t);
    struct join_node **head = join_head(table, key);
    coro_prefetch(head);
    for (const struct join_node *node = *head; node; node = node->next) {
        coro_prefetch(node);
        if (node->key == key)
            coro_return(node->payload);
    }
    coro_return(SUITE_MISS);
}

#endif

#define OPERATION(job, i) probe((job)->structure, (job)->keys[i])
#include "run.h"
