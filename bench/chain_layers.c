/* chain_layers.c: a pointer chase whose every hop awaits d layers deep: ChainedCoroCall<d> of
 * CoroBase's test resume_order (He, Lu, Wang, PVLDB 14(3), 2021). Compiled once for each version:
 *
 *     -DVERSION=chain_inlined                       the layers, inlined by the plugin
 *     -DVERSION=chain_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=chain_sequential -DSEQUENTIAL       the layers as plain functions, not interleaved
 *     -DVERSION=chain_two_level -DTWO_LEVEL         flattened by hand
 *     -DVERSION=chain_N -DVARIANT='"variants/N.h"'  another way to await, link or drive: its file
 *                                                   says which
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

#include "chain.h"
#include "groups.h"

#ifndef VERSION
#define VERSION chain_inlined
#endif

typedef const struct chain_node *node_ptr;

#ifndef TWO_LEVEL

coro_declare(node_ptr);

static coro_task(node_ptr) level1(struct chain_cursor *cursor)
{
    coro_begin(node_ptr);
    cursor->calls++;
    coro_prefetch(cursor->node);
    coro_return(chain_visit(cursor));
}

#define LEVEL(this, below)                                                                         \
    static coro_task(node_ptr) level##this(struct chain_cursor *cursor)                            \
    {                                                                                              \
        coro_begin(node_ptr);                                                                      \
        cursor->calls++;                                                                           \
        coro_return(coro_await(level##below(cursor)));                                             \
    }

CHAIN_EACH_LAYER(LEVEL)

#define HOP(depth) cursor.node = coro_await(level##depth(&cursor))

#else /* the same statements in one coroutine */

#define CALLS1 cursor.calls++
#define CALLS2 CALLS1, cursor.calls++
#define CALLS3 CALLS2, cursor.calls++
#define CALLS4 CALLS3, cursor.calls++
#define CALLS5 CALLS4, cursor.calls++
#define CALLS6 CALLS5, cursor.calls++
#define CALLS7 CALLS6, cursor.calls++
#define CALLS8 CALLS7, cursor.calls++
#define CALLS9 CALLS8, cursor.calls++

#define HOP(depth)                                                                                 \
    CALLS##depth;                                                                                  \
    coro_prefetch(cursor.node);                                                                    \
    cursor.node = chain_visit(&cursor)

#endif

#define LOOKUP(depth)                                                                              \
    static coro_task(uint64_t) lookup##depth(node_ptr node, size_t hops)                           \
    {                                                                                              \
        coro_begin(uint64_t);                                                                      \
        struct chain_cursor cursor = {node, 0, 0};                                                 \
        for (; hops > 0; hops--) {                                                                 \
            HOP(depth);                                                                            \
        }                                                                                          \
        coro_return(cursor.sum + cursor.calls);                                                    \
    }                                                                                              \
                                                                                                   \
    static uint64_t run##depth(const struct chain_job *job)                                        \
    {                                                                                              \
        uint64_t total = 0;                                                                        \
        coro_interleave(GROUP(job), job->count, i, lookup##depth(job->starts[i], job->hops), v, {  \
            NOTE_GROUP(job);                                                                       \
            total += v * (2 * i + 1);                                                              \
        });                                                                                        \
        return total;                                                                              \
    }

CHAIN_EACH_DEPTH(LOOKUP)

#define RUN(depth) run##depth,
const struct chain_version VERSION = {{CHAIN_EACH_DEPTH(RUN)}};
