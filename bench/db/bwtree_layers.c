/* bwtree_layers.c: batches of operations on a Bw-tree. Compiled once for each version:
 *
 *     -DVERSION=bwtree_inlined                       the layers, inlined by the plugin
 *     -DVERSION=bwtree_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=bwtree_sequential -DSEQUENTIAL       the layers as plain functions, one by one
 */
#include "layers.h"

#include "bwtree_layers.h"

#ifndef VERSION
#define VERSION bwtree_inlined
#endif

static uint64_t tick(const struct bwtree_job *job)
{
    return job->clock ? __atomic_fetch_add(job->clock, 1, __ATOMIC_SEQ_CST) : 0;
}

static coro_task(bwtree_result)
    operate(const struct bwtree_job *job, struct bwtree_operation *operation)
{
    coro_begin(bwtree_result);
    struct bwtree *tree = job->tree;
    uint64_t key = operation->key;
    operation->begin = tick(job);
    switch (operation->kind) {
    case BWTREE_GET:
        operation->result = coro_await(bwtree_get(tree, job->worker, key));
        break;
    case BWTREE_PUT:
    case BWTREE_INSERT:
        operation->result =
            coro_await(bwtree_put(tree, job->worker, operation->kind, key, operation->value));
        break;
    case BWTREE_REMOVE:
        operation->result = coro_await(bwtree_remove(tree, job->worker, key));
        break;
    case BWTREE_SCAN:
        operation->result = coro_await(bwtree_scan(tree, job->worker, operation->scan));
        break;
    }
    operation->end = tick(job);
    coro_return(operation->result);
}

static void run(const struct bwtree_job *job)
{
    epoch_pin(job->worker);
    coro_interleave(job->group, job->count, i, operate(job, &job->operations[i]), result,
                    { (void)result; });
    epoch_unpin(job->worker);
}

static uint64_t look_up(const struct bwtree_lookups *lookups)
{
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    coro_interleave(lookups->group, lookups->count, i,
                    bwtree_get(lookups->tree, lookups->worker, bwtree_lookup_key(lookups, i)),
                    found, {
                        if (found.status == BWTREE_FOUND)
                            sum += found.value * (2 * i + 1);
                    });
    epoch_unpin(lookups->worker);
    return sum;
}

#define NAME_OF(version) #version
#define NAME(version) NAME_OF(version)

const struct bwtree_version VERSION = {NAME(VERSION), run, look_up};
