/* groupby_layers.c: the aggregation in layers: add awaits find_or_make, which awaits is_match at
 * every group of the bucket. CMakeLists.txt has the ways in which it is compiled. */
#include "groupby.h"
#include "layers.h"

#ifndef TWO_LEVEL

typedef struct group *group_ptr;
coro_declare(group_ptr);

/* Of a group that is not in the cache yet. */
static coro_task(bool) is_match(group_ptr group, uint64_t key)
{
    coro_begin(bool);
    coro_prefetch(group);
    coro_return(group->key == key);
}

/* The group with the key. */
static coro_task(group_ptr) find_or_make(struct group_table *table, uint64_t key)
{
    coro_begin(group_ptr);
    struct group **link = group_head(table, key);
    coro_prefetch(link);
    for (; *link; link = &(*link)->next)
        if (coro_await(is_match(*link, key)))
            coro_return(*link);
    coro_return(group_add(table, link, key));
}

static coro_task(uint64_t) add(struct group_table *table, uint64_t key, uint64_t value)
{
    coro_begin(uint64_t);
    group_update(coro_await(find_or_make(table, key)), value);
    coro_return(0);
}

#else

static coro_task(uint64_t) add(struct group_table *table, uint64_t key, uint64_t value)
{
    coro_begin(uint64_t);
    struct group **link = group_head(table, key);
    coro_prefetch(link);
    for (; *link; link = &(*link)->next) {
        coro_prefetch(*link);
        if ((*link)->key == key) {
            group_update(*link, value);
            coro_return(0);
        }
    }
    group_update(group_add(table, link, key), value);
    coro_return(0);
}

#endif

/* Every result is 0: the answer is in the table. */
#define OPERATION(job, i) add((job)->structure, (job)->keys[i], group_value(i))
#include "run.h"
