/* tpcc_two_level.c: the benchmark's transactions in two levels, as CoroBase has them (He, Lu and
 * Wang, PVLDB 14(3), 2021): a transaction, and the operations of store_two_level.h, which it awaits
 * by a link. It does the same as tpcc_layers.c in the same order. Compiled with -DCORO_NO_INLINE:
 * what is flattened here was flattened by hand. */
#include <coroinline/coro.h>

#include "gates_layers.h"
#include "store_two_level.h"
#include "tpcc_steps.h"

#define VERSION tpcc_two_level

/* Clause 2.4. */
static coro_task(store_status) new_order(struct tpcc_job *job, size_t i)
{
    coro_begin(store_status);
    double start = tpcc_now(job);
    const struct tpcc_request *r = &job->requests[i];
    struct tpcc_task *task = tpcc_take_task(job);
    store_status status;
    tpcc_ask(task, r);
    if (!gates_are_open(job->gates, &task->pass)) {
        job->waited[TPCC_NEW]++;
        coro_await(gates_wait(job->gates, &task->pass));
    }
    for (unsigned others = 1;; others *= 2) {
        struct tpcc_draft draft = {.request = r};
        uint64_t bytes, key;
        struct store_txn *txn = tpcc_begin(task);
        status = STORE_NO_MEMORY;
        if (!txn)
            break;
        key = tpcc_key(r->warehouse, 0, 0, 0);
        const struct tpcc_warehouse *warehouse = tpcc_demand(
            task, tpcc_row_of(coro_await(two_level_get(txn, tpcc_table_of(task, TPCC_WAREHOUSE),
                                                       tpcc_spell(&bytes, key)))));
        if (!warehouse)
            goto end;
        key = tpcc_key(r->warehouse, r->district, r->customer, 0);
        const struct tpcc_customer *customer = tpcc_demand(
            task, tpcc_row_of(coro_await(two_level_get(txn, tpcc_table_of(task, TPCC_CUSTOMER),
                                                       tpcc_spell(&bytes, key)))));
        if (!customer)
            goto end;
        /* The number. */
        key = tpcc_key(r->warehouse, r->district, 0, 0);
        const struct tpcc_district *district = tpcc_demand(
            task, tpcc_row_of(coro_await(two_level_get(txn, tpcc_table_of(task, TPCC_DISTRICT),
                                                       tpcc_spell(&bytes, key)))));
        if (!district)
            goto end;
        tpcc_take_number(task, &draft, district);
        status = coro_await(two_level_update(txn, tpcc_table_of(task, TPCC_DISTRICT),
                                             tpcc_spell(&bytes, key), &task->row.district,
                                             sizeof task->row.district));
        if (tpcc_note_write(task, status) != STORE_OK)
            goto end;
        /* The order. */
        key = tpcc_draft_key(&draft, 0);
        tpcc_make_order(task, &draft);
        status = coro_await(two_level_insert(txn, tpcc_table_of(task, TPCC_ORDERS),
                                             tpcc_spell(&bytes, key), &task->row.order,
                                             sizeof task->row.order));
        if (tpcc_note_write(task, status) != STORE_OK)
            goto end;
        tpcc_make_new_order(task, &draft);
        status = coro_await(two_level_insert(txn, tpcc_table_of(task, TPCC_NEW_ORDER),
                                             tpcc_spell(&bytes, key), &task->row.new_order,
                                             sizeof task->row.new_order));
        if (tpcc_note_write(task, status) != STORE_OK)
            goto end;
        /* Its lines. */
        for (unsigned k = 0; k < r->lines; k++) {
            key = tpcc_key(0, 0, r->line[k].item, 0);
            const struct tpcc_item *item = tpcc_row_of(coro_await(
                two_level_get(txn, tpcc_table_of(task, TPCC_ITEM), tpcc_spell(&bytes, key))));
            if (!item) {
                st_fail(txn, STORE_ABORTED);
                goto end;
            }
            uint32_t amount = item->price * r->line[k].quantity;
            char info[24];
            key = tpcc_key(r->line[k].supplier, 0, r->line[k].item, 0);
            const struct tpcc_stock *stock = tpcc_demand(
                task, tpcc_row_of(coro_await(two_level_get(txn, tpcc_table_of(task, TPCC_STOCK),
                                                           tpcc_spell(&bytes, key)))));
            if (!stock)
                goto end;
            tpcc_take_goods(task, r, k, stock, info);
            status = coro_await(two_level_update(txn, tpcc_table_of(task, TPCC_STOCK),
                                                 tpcc_spell(&bytes, key), &task->row.stock,
                                                 sizeof task->row.stock));
            if (tpcc_note_write(task, status) != STORE_OK)
                goto end;
            tpcc_make_line(task, &draft, k, amount, info);
            key = tpcc_draft_key(&draft, k + 1);
            status = coro_await(two_level_insert(txn, tpcc_table_of(task, TPCC_ORDER_LINE),
                                                 tpcc_spell(&bytes, key), &task->row.line,
                                                 sizeof task->row.line));
            if (tpcc_note_write(task, status) != STORE_OK)
                goto end;
        }
        tpcc_tally_order(&task->tally, &draft, customer, warehouse);
    end:
        status = tpcc_end(task, r, coro_await(two_level_commit(txn)));
        if (status != STORE_CONFLICT)
            break;
        job->refused[TPCC_NEW]++;
        for (unsigned k = 0; k < others && k < STORE_MOST_TURNS; k++)
            coro_suspend();
    }
    tpcc_finish(job, i, task, start);
    coro_return(status);
}

/* Clause 2.5. */
static coro_task(store_status) pay(struct tpcc_job *job, size_t i)
{
    coro_begin(store_status);
    double start = tpcc_now(job);
    const struct tpcc_request *r = &job->requests[i];
    struct tpcc_task *task = tpcc_take_task(job);
    store_status status;
    tpcc_ask(task, r);
    if (!gates_are_open(job->gates, &task->pass)) {
        job->waited[TPCC_PAYMENT]++;
        coro_await(gates_wait(job->gates, &task->pass));
    }
    for (unsigned others = 1;; others *= 2) {
        uint64_t bytes, key;
        unsigned char name[TPCC_NAME_KEY];
        char data[24];
        struct store_txn *txn = tpcc_begin(task);
        status = STORE_NO_MEMORY;
        if (!txn)
            break;
        /* The home. */
        key = tpcc_key(r->warehouse, 0, 0, 0);
        const struct tpcc_warehouse *warehouse = tpcc_demand(
            task, tpcc_row_of(coro_await(two_level_get(txn, tpcc_table_of(task, TPCC_WAREHOUSE),
                                                       tpcc_spell(&bytes, key)))));
        if (!warehouse)
            goto end;
        tpcc_pay_warehouse(task, r, warehouse, data);
        status = coro_await(two_level_update(txn, tpcc_table_of(task, TPCC_WAREHOUSE),
                                             tpcc_spell(&bytes, key), &task->row.warehouse,
                                             sizeof task->row.warehouse));
        if (tpcc_note_write(task, status) != STORE_OK)
            goto end;
        key = tpcc_key(r->warehouse, r->district, 0, 0);
        const struct tpcc_district *district = tpcc_demand(
            task, tpcc_row_of(coro_await(two_level_get(txn, tpcc_table_of(task, TPCC_DISTRICT),
                                                       tpcc_spell(&bytes, key)))));
        if (!district)
            goto end;
        tpcc_pay_district(task, r, district, data);
        status = coro_await(two_level_update(txn, tpcc_table_of(task, TPCC_DISTRICT),
                                             tpcc_spell(&bytes, key), &task->row.district,
                                             sizeof task->row.district));
        if (tpcc_note_write(task, status) != STORE_OK)
            goto end;
        /* The customer. */
        const struct tpcc_customer *customer;
        if (r->is_by_name) {
            struct store_scan *scan =
                tpcc_aim(task, tpcc_spell_name(name, r), true, tpcc_note_customer);
            coro_await(two_level_scan(txn, tpcc_table_of(task, TPCC_CUSTOMER), 0, scan));
            customer = tpcc_middle_customer(task);
        } else {
            key = tpcc_key(r->customer_warehouse, r->customer_district, r->customer, 0);
            customer = tpcc_row_of(coro_await(
                two_level_get(txn, tpcc_table_of(task, TPCC_CUSTOMER), tpcc_spell(&bytes, key))));
        }
        if (!tpcc_demand(task, customer))
            goto end;
        key = tpcc_key(customer->warehouse, customer->district, customer->id, 0);
        tpcc_pay_customer(task, r, customer);
        status = coro_await(two_level_update(txn, tpcc_table_of(task, TPCC_CUSTOMER),
                                             tpcc_spell(&bytes, key), &task->row.customer,
                                             sizeof task->row.customer));
        if (tpcc_note_write(task, status) != STORE_OK)
            goto end;
        /* The history. */
        tpcc_make_history(task, r, customer, data);
        key = ++*job->history;
        status = coro_await(two_level_insert(txn, tpcc_table_of(task, TPCC_HISTORY),
                                             tpcc_spell(&bytes, key), &task->row.history,
                                             sizeof task->row.history));
        tpcc_note_write(task, status);
    end:
        status = tpcc_end(task, r, coro_await(two_level_commit(txn)));
        if (status != STORE_CONFLICT)
            break;
        job->refused[TPCC_PAYMENT]++;
        for (unsigned k = 0; k < others && k < STORE_MOST_TURNS; k++)
            coro_suspend();
    }
    tpcc_finish(job, i, task, start);
    coro_return(status);
}

/* Clause 2.6. Who only reads asks at no gate, and is not refused. */
static coro_task(store_status) tell_status(struct tpcc_job *job, size_t i)
{
    coro_begin(store_status);
    double start = tpcc_now(job);
    const struct tpcc_request *r = &job->requests[i];
    struct tpcc_task *task = tpcc_take_task(job);
    store_status status = STORE_NO_MEMORY;
    uint64_t bytes;
    unsigned char name[TPCC_NAME_KEY];
    struct store_scan *scan;
    struct store_txn *txn = tpcc_begin(task);
    if (!txn)
        goto finish;
    const struct tpcc_customer *customer;
    if (r->is_by_name) {
        scan = tpcc_aim(task, tpcc_spell_name(name, r), true, tpcc_note_customer);
        coro_await(two_level_scan(txn, tpcc_table_of(task, TPCC_CUSTOMER), 0, scan));
        customer = tpcc_middle_customer(task);
    } else {
        uint64_t key = tpcc_key(r->customer_warehouse, r->customer_district, r->customer, 0);
        customer = tpcc_row_of(coro_await(
            two_level_get(txn, tpcc_table_of(task, TPCC_CUSTOMER), tpcc_spell(&bytes, key))));
    }
    if (!tpcc_demand(task, customer))
        goto end;
    /* The last order. */
    scan = tpcc_aim(task, tpcc_spell(&bytes, tpcc_first_order(task, customer)), false,
                    tpcc_note_order);
    coro_await(two_level_scan(txn, tpcc_table_of(task, TPCC_ORDERS), 0, scan));
    const struct tpcc_order *order = task->found.order;
    if (!order || order->customer != customer->id) {
        task->tally.wrong++;
        goto end;
    }
    /* Its lines. */
    scan = tpcc_aim(task, tpcc_spell(&bytes, tpcc_first_line(task, order)), false, tpcc_tell_line);
    coro_await(two_level_scan(txn, tpcc_table_of(task, TPCC_ORDER_LINE), -1, scan));
    tpcc_tell_order(task, customer, order);
end:
    status = tpcc_end(task, r, coro_await(two_level_commit(txn)));
finish:
    tpcc_finish(job, i, task, start);
    coro_return(status);
}

/* Clause 2.8. The same. */
static coro_task(store_status) tell_level(struct tpcc_job *job, size_t i)
{
    coro_begin(store_status);
    double start = tpcc_now(job);
    const struct tpcc_request *r = &job->requests[i];
    struct tpcc_task *task = tpcc_take_task(job);
    store_status status = STORE_NO_MEMORY;
    uint64_t bytes, key;
    struct store_txn *txn = tpcc_begin(task);
    if (!txn)
        goto finish;
    key = tpcc_key(r->warehouse, r->district, 0, 0);
    const struct tpcc_district *district =
        tpcc_demand(task, tpcc_row_of(coro_await(two_level_get(
                              txn, tpcc_table_of(task, TPCC_DISTRICT), tpcc_spell(&bytes, key)))));
    if (!district)
        goto end;
    struct store_scan *scan = tpcc_aim(
        task, tpcc_spell(&bytes, tpcc_latest_lines(task, r, district)), false, tpcc_note_item);
    coro_await(two_level_scan(txn, tpcc_table_of(task, TPCC_ORDER_LINE), -1, scan));
    tpcc_keep_distinct(task, district);
    for (unsigned k = 0; k < task->count; k++) {
        key = tpcc_key(r->warehouse, 0, task->found.item[k], 0);
        const struct tpcc_stock *stock =
            tpcc_demand(task, tpcc_row_of(coro_await(two_level_get(
                                  txn, tpcc_table_of(task, TPCC_STOCK), tpcc_spell(&bytes, key)))));
        if (!stock)
            goto end;
        task->tally.seen += stock->quantity < (int)r->threshold;
    }
end:
    status = tpcc_end(task, r, coro_await(two_level_commit(txn)));
finish:
    tpcc_finish(job, i, task, start);
    coro_return(status);
}

static inline coro_task(store_status) transact(struct tpcc_job *job, size_t i)
{
    switch (job->requests[i].kind) {
    case TPCC_NEW:
        return new_order(job, i);
    case TPCC_PAYMENT:
        return pay(job, i);
    case TPCC_STATUS:
        return tell_status(job, i);
    default:
        return tell_level(job, i);
    }
}

#define OPERATION(name) two_level_##name
#include "tpcc_version.inc"
