/* ycsb_layers.c: the benchmark's transactions, on top of the store's layers. Compiled once for each
 * version:
 *
 *     -DVERSION=ycsb_inlined                       the layers, inlined by the plugin
 *     -DVERSION=ycsb_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=ycsb_sequential -DSEQUENTIAL       the layers as plain functions, one by one
 */
#include "layers.h"

#include "gates_layers.h" /* [interleaved] */
#include "store_layers.h"
#include "ycsb_steps.h"

#ifndef VERSION
#define VERSION ycsb_inlined
#endif

/* ---- Requests -------------------------------------------------------------------------------- */

static coro_task(store_status)
    probe(struct ycsb_job *job, const struct ycsb_place *place, struct ycsb_tally *tally)
{
    coro_begin(store_status);
    ycsb_take_probe(tally, place,
                    coro_await(masstree_get(&job->table->primary, ycsb_bytes_of(&place->key))));
    coro_return(STORE_OK);
}

/* Reads a value, and adds 1 to its number if it is to. */
static coro_task(store_status)
    read_value(struct ycsb_job *job, struct store_txn *txn, const struct ycsb_place *place,
               bool adds, struct ycsb_tally *tally)
{
    coro_begin(store_status);
    struct ycsb_value value;
    store_result found = coro_await(store_get(txn, job->table, ycsb_bytes_of(&place->key)));
    if (!ycsb_take_read(tally, place, found, &value) || !adds)
        coro_return(found.status);
    tally->modified++;
    value = ycsb_value_of(place->key, value.number + 1);
    coro_return(coro_await(
        store_update(txn, job->table, ycsb_bytes_of(&place->key), &value, sizeof value)));
}

static coro_task(store_status)
    scan_values(struct ycsb_job *job, struct store_txn *txn, const struct ycsb_place *place,
                uint64_t length, struct ycsb_tally *tally)
{
    coro_begin(store_status);
    struct ycsb_scan *scan = ycsb_start_scan(job, &place->key, length, tally);
    store_status status = coro_await(store_scan(txn, job->table, -1, &scan->scan));
    ycsb_end_scan(job, scan);
    coro_return(status);
}

static coro_task(store_status)
    do_request(struct ycsb_job *job, struct store_txn *txn, size_t number, struct ycsb_tally *tally)
{
    coro_begin(store_status);
    struct ycsb_request r = job->requests[number];
    struct ycsb_place place = ycsb_place_of(job, number);
    struct masstree_key key = ycsb_bytes_of(&place.key);
    struct ycsb_value value;
    store_status status = STORE_OK;
    switch ((enum ycsb_kind)r.kind) {
    case YCSB_PROBE:
        status = coro_await(probe(job, &place, tally));
        break;
    case YCSB_READ:
    case YCSB_MODIFY:
        status = coro_await(read_value(job, txn, &place, r.kind == YCSB_MODIFY, tally));
        break;
    case YCSB_UPDATE:
        value = ycsb_value_of(place.key, place.weight);
        status = coro_await(store_update(txn, job->table, key, &value, sizeof value));
        tally->missing += status == STORE_MISSING;
        break;
    case YCSB_INSERT:
        value = ycsb_value_of(place.key, ycsb_first_number(place.item));
        status = coro_await(store_insert(txn, job->table, key, &value, sizeof value));
        break;
    case YCSB_SCAN:
        status = coro_await(scan_values(job, txn, &place, r.length, tally));
        break;
    }
    coro_return(status);
}

/* ---- Transactions ---------------------------------------------------------------------------- */

static coro_task(store_status) attempt(struct ycsb_job *job, size_t i)
{
    coro_begin(store_status);
    struct ycsb_tally tally = {0};
    struct store_txn *txn = store_begin(job->worker);
    if (!txn)
        coro_return(STORE_NO_MEMORY);
    for (size_t k = 0; k < YCSB_OPERATIONS && txn->failed == STORE_OK; k++)
        coro_await(do_request(job, txn, i * YCSB_OPERATIONS + k, &tally));
    store_status status = coro_await(store_commit(txn));
    if (status == STORE_OK)
        ycsb_add_tally(&job->tally, &tally);
    coro_return(status);
}

/* Again and again, until no other transaction is in the way. */
static coro_task(store_status) transact(struct ycsb_job *job, size_t i)
{
    coro_begin(store_status);
    double start = ycsb_now(job);
    struct gates_pass pass = {0}; /* [interleaved] */
    unsigned turns = 1;           /* [interleaved] */
    store_status status;
    ycsb_ask(job, i, &pass);
    job->waited += coro_await(gates_enter(job->gates, &pass)); /* [interleaved] */
    while ((status = coro_await(attempt(job, i))) == STORE_CONFLICT) {
        job->refused++;
        coro_await(store_back_off(&turns));
    }
    gates_leave(job->gates, &pass);
    ycsb_finish(job, i, start);
    coro_return(status);
}

#define OPERATION(name) store_##name
#include "ycsb_version.inc"
