/* hops_layers.c: the lookup in layers, as deep as the job says: lookup awaits the outermost layer
 * at every step, and each layer the one below. CMakeLists.txt has the ways in which it is compiled.
 */
#include "hops.h"
#include "layers.h"
#include "run.h"

#ifndef TWO_LEVEL

/* False: the node was the last one. */
static coro_task(bool) layer1(struct hops_cursor *cursor)
{
    coro_begin(bool);
    cursor->chase.calls++;
    if (hops_is_new(cursor))
        coro_prefetch(cursor->chase.node);
    coro_return(hops_take(cursor));
}

#define LAYER(this, below)                                                                         \
    static coro_task(bool) layer##this(struct hops_cursor *cursor)                                 \
    {                                                                                              \
        coro_begin(bool);                                                                          \
        cursor->chase.calls++;                                                                     \
        coro_return(coro_await(layer##below(cursor)));                                             \
    }

#define LOOKUP(depth)                                                                              \
    static coro_task(uint64_t) lookup##depth(const struct hops *hops, uint64_t key)                \
    {                                                                                              \
        coro_begin(uint64_t);                                                                      \
        struct hops_cursor cursor = hops_begin(hops, key);                                         \
        while (coro_await(layer##depth(&cursor)))                                                  \
            ;                                                                                      \
        coro_return(hops_result(&cursor));                                                         \
    }                                                                                              \
    RUN(static, run##depth, lookup##depth(job->structure, job->keys[i]))

CHAIN_EACH_LAYER(LAYER)
CHAIN_EACH_DEPTH(LOOKUP)

#define RUN_OF(depth) run##depth,

uint64_t VERSION(const struct suite_job *job)
{
    static suite_run *const runs[] = {CHAIN_EACH_DEPTH(RUN_OF)};
    return runs[((const struct hops *)job->structure)->depth - 1](job);
}

#else

/* The layers' counts are one addition, whatever the depth. */
static coro_task(uint64_t) lookup(const struct hops *hops, uint64_t key)
{
    coro_begin(uint64_t);
    struct hops_cursor cursor = hops_begin(hops, key);
    uint32_t depth = hops->depth;
    do {
        cursor.chase.calls += depth;
        if (hops_is_new(&cursor))
            coro_prefetch(cursor.chase.node);
    } while (hops_take(&cursor));
    coro_return(hops_result(&cursor));
}

RUN(, VERSION, lookup(job->structure, job->keys[i]))

#endif
