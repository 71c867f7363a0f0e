/* store_layers.c: batches of transactions on the store. Compiled once for each version:
 *
 *     -DVERSION=store_inlined                       the layers, inlined by the plugin
 *     -DVERSION=store_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=store_sequential -DSEQUENTIAL       the layers as plain functions, one by one
 *     -DVERSION=store_two_level -DTWO_LEVEL         flattened by hand, but for aborts
 */
#include "layers.h"

#ifdef TWO_LEVEL
#include "store_two_level.h"
#define store_get(...) two_level_get(__VA_ARGS__)
#define store_insert(...) two_level_insert(__VA_ARGS__)
#define store_update(...) two_level_update(__VA_ARGS__)
#define store_delete(...) two_level_delete(__VA_ARGS__)
#define store_scan(...) two_level_scan(__VA_ARGS__)
#define store_commit(...) two_level_commit(__VA_ARGS__)
#else
#include "store_layers.h"
#endif

#ifndef VERSION
#define VERSION store_inlined
#endif

static uint64_t tick(const struct store_job *job)
{
    return job->clock ? __atomic_fetch_add(job->clock, 1, __ATOMIC_SEQ_CST) : 0;
}

static uint64_t number_in(store_result result)
{
    uint64_t number = 0;
    if (result.status == STORE_OK && result.length >= sizeof number)
        memcpy(&number, result.value, sizeof number);
    return number;
}

enum { MAX_ADDED = 128 }; /* bytes of a value */

/* Adds to the number in a value, and tells what that was. */
static coro_task(store_status) add(struct store_txn *txn, struct store_operation *operation)
{
    coro_begin(store_status);
    unsigned char value[MAX_ADDED];
    store_result found = coro_await(store_get(txn, operation->table, operation->key));
    if (found.status != STORE_OK)
        coro_return(found.status);
    if (found.length < sizeof(uint64_t) || found.length > MAX_ADDED)
        coro_return(STORE_TOO_LARGE);
    uint64_t before = number_in(found), after = before + operation->number;
    memcpy(value, found.value, found.length);
    memcpy(value, &after, sizeof after);
    operation->number = before;
    coro_return(
        coro_await(store_update(txn, operation->table, operation->key, value, found.length)));
}

CORO_INLINE static coro_task(store_status)
    operate(struct store_txn *txn, struct store_operation *operation)
{
    coro_begin(store_status);
    struct store_table *table = operation->table;
    struct masstree_key key = operation->key;
    store_result found;
    switch (operation->kind) {
    case STORE_GET:
        found = coro_await(store_get(txn, table, key));
        operation->number = number_in(found);
        operation->status = found.status;
        break;
    case STORE_INSERT:
        operation->status =
            coro_await(store_insert(txn, table, key, operation->value, operation->length));
        break;
    case STORE_UPDATE:
        operation->status =
            coro_await(store_update(txn, table, key, operation->value, operation->length));
        break;
    case STORE_DELETE:
        operation->status = coro_await(store_delete(txn, table, key));
        break;
    case STORE_ADD:
        operation->status = coro_await(add(txn, operation));
        break;
    case STORE_SCAN:
        operation->status = coro_await(store_scan(txn, table, operation->index, operation->scan));
        break;
    }
    coro_return(operation->status);
}

static coro_task(store_status)
    transact(const struct store_job *job, struct store_transaction *transaction)
{
    coro_begin(store_status);
    transaction->started = tick(job);
    struct store_txn *txn = store_begin(job->worker);
    if (!txn)
        coro_return(transaction->status = STORE_NO_MEMORY);
    transaction->begin = txn->begin;
    transaction->status = STORE_OK;
    for (size_t k = 0; k < transaction->count && txn->failed == STORE_OK; k++)
        coro_await(operate(txn, &transaction->operations[k]));
    if (transaction->is_unwanted && txn->failed == STORE_OK)
        st_fail(txn, STORE_ABORTED);
    transaction->status = coro_await(store_commit(txn));
    transaction->commit = txn->commit; /* nobody has begun another one meanwhile */
    transaction->ended = tick(job);
    coro_return(transaction->status);
}

static void run(const struct store_job *job)
{
    epoch_pin(&job->worker->epoch);
    coro_interleave(job->group, job->count, i, transact(job, &job->transactions[i]), status,
                    { (void)status; });
    epoch_unpin(&job->worker->epoch);
}

static enum store_status operate_alone(struct store_txn *txn, struct store_operation *operation)
{
    return coro_run(operate(txn, operation));
}

static enum store_status commit_alone(struct store_txn *txn)
{
    return coro_run(store_commit(txn));
}

static void abort_alone(struct store_txn *txn)
{
    coro_run(store_abort(txn));
}

static coro_task(void) collect(struct store_worker *worker)
{
    coro_begin(void);
    struct store_txn *txn = store_begin(worker);
    if (txn) {
        coro_await(st_collect(txn));
        st_end(txn);
    }
    coro_return();
}

static void collect_alone(struct store_worker *worker)
{
    coro_run(collect(worker));
}

#define NAME_OF(version) #version
#define NAME(version) NAME_OF(version)

const struct store_version VERSION = {NAME(VERSION), run,         operate_alone,
                                      commit_alone,  abort_alone, collect_alone};
