/* tpcc_layers.c: transactions of TPC-C, on top of the store's layers, as one would write them
 * without coroutines: new_order awaits order_line, which awaits take_stock, which awaits read_row.
 * Compiled once for each version:
 *
 *     -DVERSION=tpcc_inlined                       the layers, inlined by the plugin
 *     -DVERSION=tpcc_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=tpcc_sequential -DSEQUENTIAL       the layers as plain functions, one by one
 */
#include "layers.h"

#include "gates_layers.h" /* [interleaved] */
#include "store_layers.h"
#include "tpcc_steps.h"

#ifndef VERSION
#define VERSION tpcc_inlined
#endif

typedef const void *row_ptr;
typedef const struct tpcc_customer *customer_ptr;
coro_declare(row_ptr);
coro_declare(customer_ptr);

/* ---- Rows ------------------------------------------------------------------------------------ */

/* In place until the transaction ends; NULL: it isn't there. */
static coro_task(row_ptr) find_row(struct tpcc_task *task, enum tpcc_table table, uint64_t key)
{
    coro_begin(row_ptr);
    uint64_t bytes;
    coro_return(tpcc_row_of(
        coro_await(store_get(task->txn, tpcc_table_of(task, table), tpcc_spell(&bytes, key)))));
}

/* The same of one that must be there: else the transaction fails. */
static coro_task(row_ptr) read_row(struct tpcc_task *task, enum tpcc_table table, uint64_t key)
{
    coro_begin(row_ptr);
    coro_return(tpcc_demand(task, coro_await(find_row(task, table, key))));
}

/* What is in the task becomes the row of this key. */
static coro_task(store_status)
    update_row(struct tpcc_task *task, enum tpcc_table table, uint64_t key)
{
    coro_begin(store_status);
    uint64_t bytes;
    struct masstree_key place = tpcc_spell(&bytes, key);
    store_status status = coro_await(store_update(task->txn, tpcc_table_of(task, table), place,
                                                  &task->row, tpcc_length_of(table)));
    coro_return(tpcc_note_write(task, status));
}

static coro_task(store_status)
    insert_row(struct tpcc_task *task, enum tpcc_table table, uint64_t key)
{
    coro_begin(store_status);
    uint64_t bytes;
    struct masstree_key place = tpcc_spell(&bytes, key);
    store_status status = coro_await(store_insert(task->txn, tpcc_table_of(task, table), place,
                                                  &task->row, tpcc_length_of(table)));
    coro_return(tpcc_note_write(task, status));
}

static coro_task(store_status)
    scan_rows(struct tpcc_task *task, enum tpcc_table table, int index, struct masstree_key from,
              bool is_exact, store_visit *visit)
{
    coro_begin(store_status);
    struct store_scan *scan = tpcc_aim(task, from, is_exact, visit);
    coro_return(coro_await(store_scan(task->txn, tpcc_table_of(task, table), index, scan)));
}

/* ---- Customers ------------------------------------------------------------------------------- */

/* NULL: there is none. */
static coro_task(customer_ptr) find_namesake(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(customer_ptr);
    unsigned char bytes[TPCC_NAME_KEY];
    struct masstree_key from = tpcc_spell_name(bytes, r);
    coro_await(scan_rows(task, TPCC_CUSTOMER, 0, from, true, tpcc_note_customer));
    coro_return(tpcc_middle_customer(task));
}

static coro_task(customer_ptr) find_customer(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(customer_ptr);
    customer_ptr customer;
    if (r->is_by_name) {
        customer = coro_await(find_namesake(task, r));
    } else {
        uint64_t key = tpcc_key(r->customer_warehouse, r->customer_district, r->customer, 0);
        customer = coro_await(find_row(task, TPCC_CUSTOMER, key));
    }
    coro_return(tpcc_demand(task, customer));
}

/* ---- New-Order (clause 2.4) ------------------------------------------------------------------ */

static coro_task(store_status) take_number(struct tpcc_task *task, struct tpcc_draft *draft)
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(draft->request->warehouse, draft->request->district, 0, 0);
    const struct tpcc_district *district = coro_await(read_row(task, TPCC_DISTRICT, key));
    if (!district)
        coro_return(STORE_MISSING);
    tpcc_take_number(task, draft, district);
    coro_return(coro_await(update_row(task, TPCC_DISTRICT, key)));
}

static coro_task(store_status) insert_order(struct tpcc_task *task, const struct tpcc_draft *draft)
{
    coro_begin(store_status);
    uint64_t key = tpcc_draft_key(draft, 0);
    tpcc_make_order(task, draft);
    store_status status = coro_await(insert_row(task, TPCC_ORDERS, key));
    if (status != STORE_OK)
        coro_return(status);
    tpcc_make_new_order(task, draft);
    coro_return(coro_await(insert_row(task, TPCC_NEW_ORDER, key)));
}

/* Takes a line's goods out of a stock; `info` is what it says to the district. */
static coro_task(store_status)
    take_stock(struct tpcc_task *task, const struct tpcc_request *r, unsigned k, char info[24])
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(r->line[k].supplier, 0, r->line[k].item, 0);
    const struct tpcc_stock *stock = coro_await(read_row(task, TPCC_STOCK, key));
    if (!stock)
        coro_return(STORE_MISSING);
    tpcc_take_goods(task, r, k, stock, info);
    coro_return(coro_await(update_row(task, TPCC_STOCK, key)));
}

static coro_task(store_status)
    order_line(struct tpcc_task *task, struct tpcc_draft *draft, unsigned k)
{
    coro_begin(store_status);
    const struct tpcc_request *r = draft->request;
    uint64_t key = tpcc_key(0, 0, r->line[k].item, 0);
    const struct tpcc_item *item = coro_await(find_row(task, TPCC_ITEM, key));
    if (!item)
        coro_return(st_fail(task->txn, STORE_ABORTED));
    uint32_t amount = item->price * r->line[k].quantity;
    char info[24];
    store_status status = coro_await(take_stock(task, r, k, info));
    if (status != STORE_OK)
        coro_return(status);
    tpcc_make_line(task, draft, k, amount, info);
    key = tpcc_draft_key(draft, k + 1);
    coro_return(coro_await(insert_row(task, TPCC_ORDER_LINE, key)));
}

static coro_task(store_status) new_order(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    struct tpcc_draft draft = {.request = r};
    const struct tpcc_warehouse *warehouse =
        coro_await(read_row(task, TPCC_WAREHOUSE, tpcc_key(r->warehouse, 0, 0, 0)));
    if (!warehouse)
        coro_return(STORE_MISSING);
    const struct tpcc_customer *customer = coro_await(
        read_row(task, TPCC_CUSTOMER, tpcc_key(r->warehouse, r->district, r->customer, 0)));
    if (!customer)
        coro_return(STORE_MISSING);
    store_status status = coro_await(take_number(task, &draft));
    if (status == STORE_OK)
        status = coro_await(insert_order(task, &draft));
    for (unsigned k = 0; k < r->lines && status == STORE_OK; k++)
        status = coro_await(order_line(task, &draft, k));
    if (status == STORE_OK)
        tpcc_tally_order(&task->tally, &draft, customer, warehouse);
    coro_return(status);
}

/* ---- Payment (clause 2.5) -------------------------------------------------------------------- */

/* Adds to W_YTD and D_YTD; `data` becomes what the history says. */
static coro_task(store_status)
    pay_home(struct tpcc_task *task, const struct tpcc_request *r, char data[24])
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(r->warehouse, 0, 0, 0);
    const struct tpcc_warehouse *warehouse = coro_await(read_row(task, TPCC_WAREHOUSE, key));
    if (!warehouse)
        coro_return(STORE_MISSING);
    tpcc_pay_warehouse(task, r, warehouse, data);
    store_status status = coro_await(update_row(task, TPCC_WAREHOUSE, key));
    if (status != STORE_OK)
        coro_return(status);
    key = tpcc_key(r->warehouse, r->district, 0, 0);
    const struct tpcc_district *district = coro_await(read_row(task, TPCC_DISTRICT, key));
    if (!district)
        coro_return(STORE_MISSING);
    tpcc_pay_district(task, r, district, data);
    coro_return(coro_await(update_row(task, TPCC_DISTRICT, key)));
}

static coro_task(store_status)
    pay_customer(struct tpcc_task *task, const struct tpcc_request *r, customer_ptr customer)
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(customer->warehouse, customer->district, customer->id, 0);
    tpcc_pay_customer(task, r, customer);
    coro_return(coro_await(update_row(task, TPCC_CUSTOMER, key)));
}

static coro_task(store_status) pay(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    char data[24];
    store_status status = coro_await(pay_home(task, r, data));
    if (status != STORE_OK)
        coro_return(status);
    customer_ptr customer = coro_await(find_customer(task, r));
    if (!customer)
        coro_return(STORE_MISSING);
    status = coro_await(pay_customer(task, r, customer));
    if (status != STORE_OK)
        coro_return(status);
    tpcc_make_history(task, r, customer, data);
    coro_return(coro_await(insert_row(task, TPCC_HISTORY, ++*task->job->history)));
}

/* ---- Order-Status (clause 2.6) --------------------------------------------------------------- */

/* NULL: there is none. */
static coro_task(row_ptr) find_last_order(struct tpcc_task *task, customer_ptr customer)
{
    coro_begin(row_ptr);
    uint64_t bytes;
    struct masstree_key from = tpcc_spell(&bytes, tpcc_first_order(task, customer));
    coro_await(scan_rows(task, TPCC_ORDERS, 0, from, false, tpcc_note_order));
    coro_return(task->found.order);
}

static coro_task(store_status) tell_status(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    customer_ptr customer = coro_await(find_customer(task, r));
    if (!customer)
        coro_return(STORE_MISSING);
    const struct tpcc_order *order = coro_await(find_last_order(task, customer));
    if (!order || order->customer != customer->id) {
        task->tally.wrong++;
        coro_return(STORE_OK);
    }
    uint64_t bytes;
    struct masstree_key from = tpcc_spell(&bytes, tpcc_first_line(task, order));
    coro_await(scan_rows(task, TPCC_ORDER_LINE, -1, from, false, tpcc_tell_line));
    tpcc_tell_order(task, customer, order);
    coro_return(STORE_OK);
}

/* ---- Stock-Level (clause 2.8) ---------------------------------------------------------------- */

static coro_task(store_status) tell_level(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(r->warehouse, r->district, 0, 0), bytes;
    const struct tpcc_district *district = coro_await(read_row(task, TPCC_DISTRICT, key));
    if (!district)
        coro_return(STORE_MISSING);
    struct masstree_key from = tpcc_spell(&bytes, tpcc_latest_lines(task, r, district));
    coro_await(scan_rows(task, TPCC_ORDER_LINE, -1, from, false, tpcc_note_item));
    tpcc_keep_distinct(task, district);
    for (unsigned k = 0; k < task->count; k++) {
        key = tpcc_key(r->warehouse, 0, task->found.item[k], 0);
        const struct tpcc_stock *stock = coro_await(read_row(task, TPCC_STOCK, key));
        if (!stock)
            coro_return(STORE_MISSING);
        task->tally.seen += stock->quantity < (int)r->threshold;
    }
    coro_return(STORE_OK);
}

/* ---- Transactions ---------------------------------------------------------------------------- */

static coro_task(store_status) do_request(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    store_status status = STORE_OK;
    switch (r->kind) {
    case TPCC_NEW:
        status = coro_await(new_order(task, r));
        break;
    case TPCC_PAYMENT:
        status = coro_await(pay(task, r));
        break;
    case TPCC_STATUS:
        status = coro_await(tell_status(task, r));
        break;
    default:
        status = coro_await(tell_level(task, r));
    }
    coro_return(status);
}

static coro_task(store_status) attempt(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    if (!tpcc_begin(task))
        coro_return(STORE_NO_MEMORY);
    coro_await(do_request(task, r));
    coro_return(tpcc_end(task, r, coro_await(store_commit(task->txn))));
}

/* Again and again, until no other transaction is in the way. */
static coro_task(store_status) transact(struct tpcc_job *job, size_t i)
{
    coro_begin(store_status);
    double start = tpcc_now(job);
    const struct tpcc_request *r = &job->requests[i];
    struct tpcc_task *task = tpcc_take_task(job);
    unsigned turns = 1; /* [interleaved] */
    store_status status;
    tpcc_ask(task, r);
    job->waited[r->kind] += coro_await(gates_enter(job->gates, &task->pass)); /* [interleaved] */
    while ((status = coro_await(attempt(task, r))) == STORE_CONFLICT) {
        job->refused[r->kind]++;
        coro_await(store_back_off(&turns));
    }
    tpcc_finish(job, i, task, start);
    coro_return(status);
}

#define OPERATION(name) store_##name
#include "tpcc_version.inc"
