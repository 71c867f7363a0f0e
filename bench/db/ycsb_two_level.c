/* ycsb_two_level.c: the benchmark's transactions in two levels, as CoroBase has them (He, Lu and
 * Wang, PVLDB 14(3), 2021): a transaction, and the operations of store_two_level.h, which it awaits
 * by a link. It does the same as ycsb_layers.c in the same order. Compiled with -DCORO_NO_INLINE:
 * what is flattened here was flattened by hand. */
#include <coroinline/coro.h>

#include "gates_layers.h"
#include "store_two_level.h"
#include "ycsb_steps.h"

#define VERSION ycsb_two_level

static coro_task(masstree_result) probe(struct masstree *tree, struct masstree_key key)
{
    coro_begin(masstree_result);
#include "masstree_find.inc"
    if (!is_there)
        coro_return((masstree_result){MASSTREE_MISSING, 0});
    coro_return((masstree_result){MASSTREE_FOUND, mt_value_of(key, depth, link)});
}

static coro_task(store_status) transact(struct ycsb_job *job, size_t i)
{
    coro_begin(store_status);
    double start = ycsb_now(job);
    store_status status = STORE_OK;
    struct store_table *table = job->table;
    struct gates_pass pass = {0};
    ycsb_ask(job, i, &pass);
    if (!gates_are_open(job->gates, &pass)) {
        job->waited++;
        coro_await(gates_wait(job->gates, &pass));
    }
    for (unsigned others = 1;; others *= 2) {
        struct ycsb_tally tally = {0};
        struct store_txn *txn = store_begin(job->worker);
        status = STORE_NO_MEMORY;
        if (!txn)
            break;
        for (size_t k = 0; k < YCSB_OPERATIONS && txn->failed == STORE_OK; k++) {
            struct ycsb_request r = job->requests[i * YCSB_OPERATIONS + k];
            struct ycsb_place place = ycsb_place_of(job, i * YCSB_OPERATIONS + k);
            struct masstree_key key = ycsb_bytes_of(&place.key);
            struct ycsb_value value;
            struct ycsb_scan *scan;
            switch ((enum ycsb_kind)r.kind) {
            case YCSB_PROBE:
                ycsb_take_probe(&tally, &place, coro_await(probe(&table->primary, key)));
                break;
            case YCSB_READ:
            case YCSB_MODIFY:
                if (!ycsb_take_read(&tally, &place, coro_await(two_level_get(txn, table, key)),
                                    &value) ||
                    r.kind == YCSB_READ)
                    break;
                tally.modified++;
                value = ycsb_value_of(place.key, value.number + 1);
                coro_await(two_level_update(txn, table, key, &value, sizeof value));
                break;
            case YCSB_UPDATE:
                value = ycsb_value_of(place.key, place.weight);
                status = coro_await(two_level_update(txn, table, key, &value, sizeof value));
                tally.missing += status == STORE_MISSING;
                break;
            case YCSB_INSERT:
                value = ycsb_value_of(place.key, ycsb_first_number(place.item));
                coro_await(two_level_insert(txn, table, key, &value, sizeof value));
                break;
            case YCSB_SCAN:
                scan = ycsb_start_scan(job, &place.key, r.length, &tally);
                coro_await(two_level_scan(txn, table, -1, &scan->scan));
                ycsb_end_scan(job, scan);
                break;
            }
        }
        status = coro_await(two_level_commit(txn));
        if (status == STORE_OK)
            ycsb_add_tally(&job->tally, &tally);
        if (status != STORE_CONFLICT)
            break;
        job->refused++;
        for (unsigned k = 0; k < others && k < STORE_MOST_TURNS; k++)
            coro_suspend();
    }
    gates_leave(job->gates, &pass);
    ycsb_finish(job, i, start);
    coro_return(status);
}

#define OPERATION(name) two_level_##name
#include "ycsb_version.inc"
