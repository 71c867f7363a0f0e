/* masstree_layers.c: batches of operations on a Masstree. Compiled once for each version:
 *
 *     -DVERSION=masstree_inlined                       the layers, inlined by the plugin
 *     -DVERSION=masstree_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=masstree_sequential -DSEQUENTIAL       the layers as plain functions, one by one
 */
#include "layers.h"

#include "masstree_layers.h"

#ifndef VERSION
#define VERSION masstree_inlined
#endif

static uint64_t tick(const struct masstree_job *job)
{
    return job->clock ? __atomic_fetch_add(job->clock, 1, __ATOMIC_SEQ_CST) : 0;
}

static coro_task(masstree_result)
    operate(const struct masstree_job *job, struct masstree_operation *operation)
{
    coro_begin(masstree_result);
    struct masstree_key key = operation->key;
    operation->begin = tick(job);
    switch (operation->kind) {
    case MASSTREE_GET:
        operation->result = coro_await(masstree_get(job->tree, key));
        break;
    case MASSTREE_PUT:
    case MASSTREE_INSERT:
        operation->result = coro_await(
            masstree_put(job->tree, job->worker, operation->kind, key, operation->value));
        break;
    case MASSTREE_REMOVE:
        operation->result = coro_await(masstree_remove(job->tree, job->worker, key));
        break;
    case MASSTREE_SCAN:
        operation->result = coro_await(masstree_scan(job->tree, operation->scan));
        break;
    }
    operation->end = tick(job);
    coro_return(operation->result);
}

static void run(const struct masstree_job *job)
{
    epoch_pin(job->worker);
    coro_interleave(job->group, job->count, i, operate(job, &job->operations[i]), result,
                    { (void)result; });
    epoch_unpin(job->worker);
}

static uint64_t look_up(const struct masstree_lookups *lookups)
{
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    coro_interleave(lookups->group, lookups->count, i,
                    masstree_get(lookups->tree, masstree_lookup_key(lookups, i)), found, {
                        if (found.status == MASSTREE_FOUND)
                            sum += found.value * (2 * i + 1);
                    });
    epoch_unpin(lookups->worker);
    return sum;
}

#define NAME_OF(version) #version
#define NAME(version) NAME_OF(version)

const struct masstree_version VERSION = {NAME(VERSION), run, look_up};
