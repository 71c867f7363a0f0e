/* tpcc_layers.c: transactions of TPC-C, on top of the store's layers, as one would write them
 * without coroutines: new_order awaits order_line, which awaits take_stock, which awaits read_row.
 * Compiled once for each version:
 *
 *     -DVERSION=tpcc_inlined                       the layers, inlined by the plugin
 *     -DVERSION=tpcc_linked -DCORO_NO_INLINE       the layers, linked
 *     -DVERSION=tpcc_sequential -DSEQUENTIAL       the layers as plain functions, one by one
 */
#ifdef SEQUENTIAL
#include "../sequential.h"
#else
#include <coroinline/coro.h>
#endif

#include <stdio.h>
#include <string.h>

#include "../harness.h"
#include "store_layers.h"
#include "tpcc.h"

#ifndef VERSION
#define VERSION tpcc_inlined
#endif

typedef const void *row_ptr;
typedef const struct tpcc_customer *customer_ptr;
coro_declare(row_ptr);
coro_declare(customer_ptr);

/* ---- Rows ------------------------------------------------------------------------------------ */

static inline struct masstree_key bytes_of(const uint64_t *key)
{
    return (struct masstree_key){(const unsigned char *)key, sizeof *key};
}

static inline struct store_table *table_of(const struct tpcc_task *task, enum tpcc_table table)
{
    return task->job->db->table[table];
}

/* In place until the transaction ends; NULL: it isn't there. */
static coro_task(row_ptr) find_row(struct tpcc_task *task, enum tpcc_table table, uint64_t key)
{
    coro_begin(row_ptr);
    uint64_t bytes = __builtin_bswap64(key);
    store_result found = coro_await(store_get(task->txn, table_of(task, table), bytes_of(&bytes)));
    coro_return(found.status == STORE_OK ? found.value : NULL);
}

/* The same of one that must be there: else the transaction fails. */
static coro_task(row_ptr) read_row(struct tpcc_task *task, enum tpcc_table table, uint64_t key)
{
    coro_begin(row_ptr);
    row_ptr row = coro_await(find_row(task, table, key));
    if (!row) {
        task->tally.wrong++;
        st_fail(task->txn, STORE_ABORTED);
    }
    coro_return(row);
}

static coro_task(store_status) update_row(struct tpcc_task *task, enum tpcc_table table,
                                          uint64_t key, const void *row, uint32_t length)
{
    coro_begin(store_status);
    uint64_t bytes = __builtin_bswap64(key);
    store_status status =
        coro_await(store_update(task->txn, table_of(task, table), bytes_of(&bytes), row, length));
    task->tally.wrong += status == STORE_MISSING;
    coro_return(status);
}

static coro_task(store_status) insert_row(struct tpcc_task *task, enum tpcc_table table,
                                          uint64_t key, const void *row, uint32_t length)
{
    coro_begin(store_status);
    uint64_t bytes = __builtin_bswap64(key);
    store_status status =
        coro_await(store_insert(task->txn, table_of(task, table), bytes_of(&bytes), row, length));
    task->tally.wrong += status == STORE_EXISTS;
    coro_return(status);
}

/* From one key on; `visit` gets the task, and ends the scan. */
static coro_task(store_status)
    scan_rows(struct tpcc_task *task, enum tpcc_table table, int index, struct masstree_key from,
              bool is_exact, store_visit *visit)
{
    coro_begin(store_status);
    task->scan.from = from;
    task->scan.is_exact = is_exact;
    task->scan.visit = visit;
    task->scan.context = task;
    task->count = 0;
    coro_return(coro_await(store_scan(task->txn, table_of(task, table), index, &task->scan)));
}

static uint64_t number_of(struct masstree_key key)
{
    uint64_t bytes;
    memcpy(&bytes, key.bytes, sizeof bytes);
    return __builtin_bswap64(bytes);
}

/* ---- Customers ------------------------------------------------------------------------------- */

/* Notes a customer, in the order of the first names. */
static bool note_customer(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    const struct tpcc_customer *row = found.value;
    (void)key;
    if (task->count == TPCC_NAMESAKES) {
        task->tally.wrong++;
        return false;
    }
    unsigned k = task->count++;
    for (; k > 0 && memcmp(task->found.customer[k - 1]->first, row->first, TPCC_NAME) > 0; k--)
        task->found.customer[k] = task->found.customer[k - 1];
    task->found.customer[k] = row;
    return true;
}

/* Clauses 2.5.2.2 and 2.6.2.2: of those with the name, the one in the middle. NULL: there is none.
 */
static coro_task(customer_ptr) find_namesake(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(customer_ptr);
    unsigned char from[3 + TPCC_NAME] = {(unsigned char)(r->customer_warehouse >> 8),
                                         (unsigned char)r->customer_warehouse,
                                         r->customer_district};
    char name[TPCC_NAME];
    tpcc_last_name(name, r->customer);
    size_t length = strnlen(name, TPCC_NAME);
    memcpy(from + 3, name, length);
    struct masstree_key key = {from, 3 + length};
    coro_await(scan_rows(task, TPCC_CUSTOMER, 0, key, true, note_customer));
    coro_return(task->count > 0 ? task->found.customer[(task->count + 1) / 2 - 1] : NULL);
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
    if (!customer) {
        task->tally.wrong++;
        st_fail(task->txn, STORE_ABORTED);
    }
    coro_return(customer);
}

/* ---- New-Order (clause 2.4) ------------------------------------------------------------------ */

/* What an order's lines need to know of it. */
struct order {
    const struct tpcc_request *request;
    uint32_t number;
    int64_t amount;
};

static coro_task(store_status)
    take_number(struct tpcc_task *task, struct order *order, uint32_t *tax)
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(order->request->warehouse, order->request->district, 0, 0);
    const struct tpcc_district *district = coro_await(read_row(task, TPCC_DISTRICT, key));
    if (!district)
        coro_return(STORE_MISSING);
    *tax = district->tax;
    order->number = district->next_order;
    task->tally.wrong += order->number >= TPCC_MOST_ORDERS;
    task->row.district = *district;
    task->row.district.next_order++;
    coro_return(coro_await(
        update_row(task, TPCC_DISTRICT, key, &task->row.district, sizeof task->row.district)));
}

static coro_task(store_status) insert_order(struct tpcc_task *task, const struct order *order)
{
    coro_begin(store_status);
    const struct tpcc_request *r = order->request;
    uint64_t key = tpcc_key(r->warehouse, r->district, order->number, 0);
    bool is_local = true;
    for (unsigned k = 0; k < r->lines; k++)
        is_local &= r->line[k].supplier == r->warehouse;
    task->row.order = (struct tpcc_order){.entered = task->job->date,
                                          .id = order->number,
                                          .customer = r->customer,
                                          .warehouse = r->warehouse,
                                          .district = r->district,
                                          .lines = r->lines,
                                          .is_local = is_local};
    store_status status =
        coro_await(insert_row(task, TPCC_ORDERS, key, &task->row.order, sizeof task->row.order));
    if (status != STORE_OK)
        coro_return(status);
    task->row.new_order = (struct tpcc_new_order){order->number, r->warehouse, r->district};
    coro_return(coro_await(
        insert_row(task, TPCC_NEW_ORDER, key, &task->row.new_order, sizeof task->row.new_order)));
}

/* Takes goods out of a stock; `info` is what it says to the district. */
static coro_task(store_status)
    take_stock(struct tpcc_task *task, const struct order *order, unsigned k, char info[24])
{
    coro_begin(store_status);
    const struct tpcc_request *r = order->request;
    uint64_t key = tpcc_key(r->line[k].supplier, 0, r->line[k].item, 0);
    const struct tpcc_stock *stock = coro_await(read_row(task, TPCC_STOCK, key));
    if (!stock)
        coro_return(STORE_MISSING);
    struct tpcc_stock *row = &task->row.stock;
    *row = *stock;
    memcpy(info, row->info[r->district - 1], sizeof row->info[0]);
    row->quantity = (int16_t)(row->quantity - r->line[k].quantity);
    if (row->quantity < 10)
        row->quantity = (int16_t)(row->quantity + 91);
    row->ytd += r->line[k].quantity;
    row->orders++;
    row->remote_orders += r->line[k].supplier != r->warehouse;
    coro_return(coro_await(update_row(task, TPCC_STOCK, key, row, sizeof *row)));
}

static coro_task(store_status) order_line(struct tpcc_task *task, struct order *order, unsigned k)
{
    coro_begin(store_status);
    const struct tpcc_request *r = order->request;
    uint64_t key = tpcc_key(0, 0, r->line[k].item, 0);
    const struct tpcc_item *item = coro_await(find_row(task, TPCC_ITEM, key));
    if (!item)
        coro_return(st_fail(task->txn, STORE_ABORTED));
    uint32_t amount = item->price * r->line[k].quantity;
    char info[24];
    store_status status = coro_await(take_stock(task, order, k, info));
    if (status != STORE_OK)
        coro_return(status);
    task->row.line = (struct tpcc_order_line){.order = order->number,
                                              .item = r->line[k].item,
                                              .amount = amount,
                                              .warehouse = r->warehouse,
                                              .supplier = r->line[k].supplier,
                                              .district = r->district,
                                              .number = (uint8_t)(k + 1),
                                              .quantity = r->line[k].quantity};
    memcpy(task->row.line.info, info, sizeof info);
    order->amount += amount;
    key = tpcc_key(r->warehouse, r->district, order->number, k + 1);
    coro_return(
        coro_await(insert_row(task, TPCC_ORDER_LINE, key, &task->row.line, sizeof task->row.line)));
}

static void tally_order(struct tpcc_tally *tally, const struct order *order, int64_t total)
{
    tally->lines += order->request->lines;
    for (unsigned k = 0; k < order->request->lines; k++)
        tally->quantity += order->request->line[k].quantity;
    tally->ordered += order->amount;
    tally->total += total;
}

static coro_task(store_status) new_order(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    struct order order = {.request = r};
    uint32_t tax;
    const struct tpcc_warehouse *warehouse =
        coro_await(read_row(task, TPCC_WAREHOUSE, tpcc_key(r->warehouse, 0, 0, 0)));
    if (!warehouse)
        coro_return(STORE_MISSING);
    const struct tpcc_customer *customer = coro_await(
        read_row(task, TPCC_CUSTOMER, tpcc_key(r->warehouse, r->district, r->customer, 0)));
    if (!customer)
        coro_return(STORE_MISSING);
    store_status status = coro_await(take_number(task, &order, &tax));
    if (status == STORE_OK)
        status = coro_await(insert_order(task, &order));
    for (unsigned k = 0; k < r->lines && status == STORE_OK; k++)
        status = coro_await(order_line(task, &order, k));
    if (status == STORE_OK)
        tally_order(&task->tally, &order,
                    tpcc_total(order.amount, customer->discount, warehouse->tax, tax));
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
    memcpy(data, warehouse->name, 10);
    memset(data + 10, ' ', 4);
    task->row.warehouse = *warehouse;
    task->row.warehouse.ytd += r->amount;
    store_status status = coro_await(
        update_row(task, TPCC_WAREHOUSE, key, &task->row.warehouse, sizeof task->row.warehouse));
    if (status != STORE_OK)
        coro_return(status);
    key = tpcc_key(r->warehouse, r->district, 0, 0);
    const struct tpcc_district *district = coro_await(read_row(task, TPCC_DISTRICT, key));
    if (!district)
        coro_return(STORE_MISSING);
    memcpy(data + 14, district->name, 10);
    task->row.district = *district;
    task->row.district.ytd += r->amount;
    coro_return(coro_await(
        update_row(task, TPCC_DISTRICT, key, &task->row.district, sizeof task->row.district)));
}

/* What is known of the payment goes in front of what was known before. */
static void note_bad_credit(struct tpcc_customer *row, const struct tpcc_request *r)
{
    char before[TPCC_DATA], text[96];
    memcpy(before, row->data, sizeof before);
    int length =
        snprintf(text, sizeof text, "%u %u %u %u %u %u.%02u ", row->id, row->district,
                 row->warehouse, r->district, r->warehouse, r->amount / 100, r->amount % 100);
    memcpy(row->data, text, (size_t)length);
    memcpy(row->data + length, before, sizeof before - (size_t)length);
}

static coro_task(store_status)
    pay_customer(struct tpcc_task *task, const struct tpcc_request *r, customer_ptr customer)
{
    coro_begin(store_status);
    struct tpcc_customer *row = &task->row.customer;
    *row = *customer;
    row->balance -= r->amount;
    row->ytd_payment += r->amount;
    row->payments++;
    if (memcmp(row->credit, "BC", 2) == 0)
        note_bad_credit(row, r);
    uint64_t key = tpcc_key(row->warehouse, row->district, row->id, 0);
    coro_return(coro_await(update_row(task, TPCC_CUSTOMER, key, row, sizeof *row)));
}

static coro_task(store_status) pay(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    struct tpcc_history row = {.date = task->job->date,
                               .amount = r->amount,
                               .warehouse = r->warehouse,
                               .district = r->district};
    store_status status = coro_await(pay_home(task, r, row.data));
    if (status != STORE_OK)
        coro_return(status);
    customer_ptr customer = coro_await(find_customer(task, r));
    if (!customer)
        coro_return(STORE_MISSING);
    row.customer = customer->id;
    row.customer_warehouse = customer->warehouse;
    row.customer_district = customer->district;
    status = coro_await(pay_customer(task, r, customer));
    if (status != STORE_OK)
        coro_return(status);
    task->row.history = row;
    task->tally.paid += r->amount;
    coro_return(coro_await(insert_row(task, TPCC_HISTORY, ++*task->job->history, &task->row.history,
                                      sizeof task->row.history)));
}

/* ---- Order-Status (clause 2.6) --------------------------------------------------------------- */

static bool note_order(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    task->found.order = number_of(key) < task->end ? found.value : NULL;
    return false;
}

/* Notes a line; whether it follows the one before. */
static void note_line(struct tpcc_task *task, const struct tpcc_order_line *row)
{
    bool is_next = row->order == task->order && row->number == task->line + 1;
    bool is_first = row->order == task->order + 1 && row->number == 1 && task->line >= 5;
    task->tally.wrong += !is_next && !is_first;
    task->order = row->order;
    task->line = row->number;
}

static bool tell_line(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    const struct tpcc_order_line *row = found.value;
    if (number_of(key) >= task->end)
        return false;
    note_line(task, row);
    task->tally.seen += row->item + row->amount + row->quantity;
    return true;
}

/* NULL: there is none. */
static coro_task(row_ptr) find_last_order(struct tpcc_task *task, customer_ptr customer)
{
    coro_begin(row_ptr);
    uint64_t bytes = __builtin_bswap64(tpcc_customer_order(customer->warehouse, customer->district,
                                                           customer->id, TPCC_MOST_ORDERS - 1));
    task->end = __builtin_bswap64(bytes) + TPCC_MOST_ORDERS;
    task->found.order = NULL;
    coro_await(scan_rows(task, TPCC_ORDERS, 0, bytes_of(&bytes), false, note_order));
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
    task->order = order->id;
    task->line = 0;
    uint64_t first = tpcc_key(order->warehouse, order->district, order->id, 0);
    uint64_t bytes = __builtin_bswap64(first);
    task->end = first + (1 << 8);
    coro_await(scan_rows(task, TPCC_ORDER_LINE, -1, bytes_of(&bytes), false, tell_line));
    task->tally.wrong += task->line != order->lines;
    task->tally.seen += (uint64_t)customer->balance + order->carrier;
    coro_return(STORE_OK);
}

/* ---- Stock-Level (clause 2.8) ---------------------------------------------------------------- */

enum { LEVEL_ORDERS = 20 };

static bool note_item(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    const struct tpcc_order_line *row = found.value;
    if (number_of(key) >= task->end)
        return false;
    note_line(task, row);
    if (task->count == LEVEL_ORDERS * TPCC_LINES) {
        task->tally.wrong++;
        return false;
    }
    task->found.item[task->count++] = row->item;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Each item once. */
static void keep_distinct(struct tpcc_task *task)
{
    unsigned kept = 0;
    qsort(task->found.item, task->count, sizeof *task->found.item, by_number);
    for (unsigned k = 0; k < task->count; k++)
        if (kept == 0 || task->found.item[k] != task->found.item[kept - 1])
            task->found.item[kept++] = task->found.item[k];
    task->count = kept;
}

static coro_task(store_status) tell_level(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    uint64_t key = tpcc_key(r->warehouse, r->district, 0, 0);
    const struct tpcc_district *district = coro_await(read_row(task, TPCC_DISTRICT, key));
    if (!district)
        coro_return(STORE_MISSING);
    uint32_t next = district->next_order, first = next > LEVEL_ORDERS ? next - LEVEL_ORDERS : 1;
    uint64_t bytes = __builtin_bswap64(tpcc_key(r->warehouse, r->district, first, 0));
    task->end = tpcc_key(r->warehouse, r->district, next, 0);
    task->order = first;
    task->line = 0;
    coro_await(scan_rows(task, TPCC_ORDER_LINE, -1, bytes_of(&bytes), false, note_item));
    task->tally.wrong += task->order != next - 1;
    keep_distinct(task);
    for (unsigned k = 0; k < task->count; k++) {
        key = tpcc_key(r->warehouse, 0, task->found.item[k], 0);
        const struct tpcc_stock *stock = coro_await(read_row(task, TPCC_STOCK, key));
        if (!stock)
            coro_return(STORE_MISSING);
        task->tally.seen += stock->quantity < (int)r->threshold;
    }
    coro_return(STORE_OK);
}

/* ---- Homes ----------------------------------------------------------------------------------- */

/* What a transaction is to write that others of its worker write, too: its warehouse, its
 * district. */
static inline unsigned char *warehouse_gate(const struct tpcc_job *job,
                                            const struct tpcc_request *r)
{
    return job->gate && r->kind == TPCC_PAYMENT ? &job->gate->warehouse[r->warehouse] : NULL;
}

static inline unsigned char *district_gate(const struct tpcc_job *job, const struct tpcc_request *r)
{
    bool writes = r->kind == TPCC_PAYMENT || r->kind == TPCC_NEW;
    return job->gate && writes ? &job->gate->district[r->warehouse][r->district] : NULL;
}

/* Waits until nobody else of this worker is in the way, and takes both places at once. */
static coro_task(void) enter_home(struct tpcc_job *job, const struct tpcc_request *r)
{
    coro_begin(void);
    unsigned char *warehouse = warehouse_gate(job, r), *district = district_gate(job, r);
    bool waits = false;
    while ((warehouse && *warehouse) || (district && *district)) {
        waits = true;
        coro_suspend();
    }
    if (warehouse)
        *warehouse = 1;
    if (district)
        *district = 1;
    job->waited[r->kind] += waits;
    coro_return();
}

static void leave_home(struct tpcc_job *job, const struct tpcc_request *r)
{
    unsigned char *warehouse = warehouse_gate(job, r), *district = district_gate(job, r);
    if (warehouse)
        *warehouse = 0;
    if (district)
        *district = 0;
}

/* ---- Transactions ---------------------------------------------------------------------------- */

enum { MOST_WAITS = 1024 }; /* suspends */

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

/* One attempt. OK, too, if it was rolled back as was wanted. */
static coro_task(store_status) attempt(struct tpcc_task *task, const struct tpcc_request *r)
{
    coro_begin(store_status);
    task->tally = (struct tpcc_tally){0};
    task->txn = store_begin(task->job->worker);
    if (!task->txn)
        coro_return(STORE_NO_MEMORY);
    coro_await(do_request(task, r));
    store_status status = coro_await(store_commit(task->txn));
    if (status != STORE_OK && status != STORE_ABORTED)
        coro_return(status);
    if (status == STORE_OK)
        task->tally.done[r->kind]++;
    else
        task->tally.rolled_back++;
    tpcc_add_tally(&task->job->tally, &task->tally);
    coro_return(STORE_OK);
}

/* Again and again, until no other transaction is in the way: each time, after others had more time
 * to go. */
static coro_task(store_status) transact(struct tpcc_job *job, size_t i)
{
    coro_begin(store_status);
    double start = job->micros ? bench_now() : 0;
    const struct tpcc_request *r = &job->requests[i];
    struct tpcc_task *task = *job->free;
    store_status status;
    *job->free = task->next;
    task->job = job;
    coro_await(enter_home(job, r));
    for (unsigned others = 1;; others *= 2) {
        status = coro_await(attempt(task, r));
        if (status != STORE_CONFLICT)
            break;
        job->refused[r->kind]++;
        for (unsigned k = 0; k < others && k < MOST_WAITS; k++)
            coro_suspend();
    }
    leave_home(job, r);
    task->next = *job->free;
    *job->free = task;
    if (job->micros)
        job->micros[i] = (bench_now() - start) * 1e6;
    coro_return(status);
}

static void run(struct tpcc_job *job)
{
    epoch_pin(&job->worker->epoch);
    coro_interleave(job->group, job->count, i, transact(job, i), status,
                    { job->has_failed |= status != STORE_OK; });
    epoch_unpin(&job->worker->epoch);
}

/* ---- Loading and checking -------------------------------------------------------------------- */

enum { BATCH = 32, LOADING = 16 };

static coro_task(store_status)
    insert_batch(struct store_worker *worker, const struct tpcc_row *rows, size_t count)
{
    coro_begin(store_status);
    struct store_txn *txn = store_begin(worker);
    if (!txn)
        coro_return(STORE_NO_MEMORY);
    for (size_t k = 0; k < count && txn->failed == STORE_OK; k++) {
        uint64_t bytes = __builtin_bswap64(rows[k].key);
        coro_await(
            store_insert(txn, rows[k].table, bytes_of(&bytes), rows[k].value, rows[k].length));
    }
    coro_return(coro_await(store_commit(txn)));
}

static bool insert(struct store_worker *worker, const struct tpcc_row *rows, size_t count)
{
    bool has_failed = false;
    epoch_pin(&worker->epoch);
    coro_interleave(LOADING, (count + BATCH - 1) / BATCH, i,
                    insert_batch(worker, rows + i * BATCH,
                                 count - i * BATCH < BATCH ? count - i * BATCH : BATCH),
                    status, { has_failed |= status != STORE_OK; });
    epoch_unpin(&worker->epoch);
    return !has_failed;
}

static void scan(struct store_txn *txn, struct store_table *table, int index,
                 struct store_scan *scan)
{
    coro_run(store_scan(txn, table, index, scan));
}

static enum store_status commit(struct store_txn *txn)
{
    return coro_run(store_commit(txn));
}

#define NAME_OF(version) #version
#define NAME(version) NAME_OF(version)

const struct tpcc_version VERSION = {NAME(VERSION), run, insert, scan, commit};
