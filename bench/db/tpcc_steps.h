/* tpcc_steps.h: what transactions of TPC-C do without waiting for memory, for all versions of them.
 */
#ifndef BENCH_DB_TPCC_STEPS_H
#define BENCH_DB_TPCC_STEPS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness.h"
#include "store_record.h"
#include "tpcc.h"

/* ---- Rows ------------------------------------------------------------------------------------ */

/* The bytes of a key, in `bytes`. */
static inline struct masstree_key tpcc_spell(uint64_t *bytes, uint64_t key)
{
    *bytes = __builtin_bswap64(key);
    return (struct masstree_key){(const unsigned char *)bytes, sizeof *bytes};
}

static inline uint64_t tpcc_number_of(struct masstree_key key)
{
    uint64_t bytes;
    memcpy(&bytes, key.bytes, sizeof bytes);
    return __builtin_bswap64(bytes);
}

static inline struct store_table *tpcc_table_of(const struct tpcc_task *task, enum tpcc_table table)
{
    return task->job->db->table[table];
}

/* Bytes of a table's rows. */
static inline uint32_t tpcc_length_of(enum tpcc_table table)
{
    static const uint32_t lengths[TPCC_TABLES] = {
        [TPCC_WAREHOUSE] = sizeof(struct tpcc_warehouse),
        [TPCC_DISTRICT] = sizeof(struct tpcc_district),
        [TPCC_CUSTOMER] = sizeof(struct tpcc_customer),
        [TPCC_HISTORY] = sizeof(struct tpcc_history),
        [TPCC_NEW_ORDER] = sizeof(struct tpcc_new_order),
        [TPCC_ORDERS] = sizeof(struct tpcc_order),
        [TPCC_ORDER_LINE] = sizeof(struct tpcc_order_line),
        [TPCC_ITEM] = sizeof(struct tpcc_item),
        [TPCC_STOCK] = sizeof(struct tpcc_stock),
    };
    return lengths[table];
}

/* NULL: it isn't there. */
static inline const void *tpcc_row_of(store_result found)
{
    return found.status == STORE_OK ? found.value : NULL;
}

/* Of a row that must be there: else, if it is NULL, the transaction fails. */
static inline const void *tpcc_demand(struct tpcc_task *task, const void *row)
{
    if (!row) {
        task->tally.wrong++;
        st_fail(task->txn, STORE_ABORTED);
    }
    return row;
}

/* What an update of a row has come to, which must be there, or an insert, which must not. */
static inline store_status tpcc_note_write(struct tpcc_task *task, store_status status)
{
    task->tally.wrong += status == STORE_MISSING || status == STORE_EXISTS;
    return status;
}

/* A scan from one key on; `visit` gets the task, and ends it. */
static inline struct store_scan *tpcc_aim(struct tpcc_task *task, struct masstree_key from,
                                          bool is_exact, store_visit *visit)
{
    task->scan.from = from;
    task->scan.is_exact = is_exact;
    task->scan.visit = visit;
    task->scan.context = task;
    task->count = 0;
    return &task->scan;
}

/* ---- Customers ------------------------------------------------------------------------------- */

enum { TPCC_NAME_KEY = 3 + TPCC_NAME }; /* bytes, at most */

/* What the index of last names has for the customer of a request, in `bytes`. */
static inline struct masstree_key tpcc_spell_name(unsigned char *bytes,
                                                  const struct tpcc_request *r)
{
    char name[TPCC_NAME];
    tpcc_last_name(name, r->customer);
    size_t length = strnlen(name, TPCC_NAME);
    bytes[0] = (unsigned char)(r->customer_warehouse >> 8);
    bytes[1] = (unsigned char)r->customer_warehouse;
    bytes[2] = r->customer_district;
    memcpy(bytes + 3, name, length);
    return (struct masstree_key){bytes, 3 + length};
}

/* Notes a customer, in the order of the first names. */
static inline bool tpcc_note_customer(void *context, struct masstree_key key, store_result found)
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

/* Clauses 2.5.2.2 and 2.6.2.2: of those that were noted, the one in the middle. NULL: there is
 * none. */
static inline const struct tpcc_customer *tpcc_middle_customer(const struct tpcc_task *task)
{
    return task->count > 0 ? task->found.customer[(task->count + 1) / 2 - 1] : NULL;
}

/* ---- New-Order (clause 2.4) ------------------------------------------------------------------ */

/* An order that is being made. */
struct tpcc_draft {
    const struct tpcc_request *request;
    uint32_t number, district_tax;
    int64_t amount;
};

/* The rows that these make are in the task. */
static inline void tpcc_take_number(struct tpcc_task *task, struct tpcc_draft *draft,
                                    const struct tpcc_district *district)
{
    draft->district_tax = district->tax;
    draft->number = district->next_order;
    task->tally.wrong += draft->number >= TPCC_MOST_ORDERS;
    task->row.district = *district;
    task->row.district.next_order++;
}

static inline uint64_t tpcc_draft_key(const struct tpcc_draft *draft, unsigned line)
{
    const struct tpcc_request *r = draft->request;
    return tpcc_key(r->warehouse, r->district, draft->number, line);
}

static inline void tpcc_make_order(struct tpcc_task *task, const struct tpcc_draft *draft)
{
    const struct tpcc_request *r = draft->request;
    bool is_local = true;
    for (unsigned k = 0; k < r->lines; k++)
        is_local &= r->line[k].supplier == r->warehouse;
    task->row.order = (struct tpcc_order){.entered = task->job->date,
                                          .id = draft->number,
                                          .customer = r->customer,
                                          .warehouse = r->warehouse,
                                          .district = r->district,
                                          .lines = r->lines,
                                          .is_local = is_local};
}

static inline void tpcc_make_new_order(struct tpcc_task *task, const struct tpcc_draft *draft)
{
    const struct tpcc_request *r = draft->request;
    task->row.new_order = (struct tpcc_new_order){draft->number, r->warehouse, r->district};
}

/* Takes the goods of a line out of a stock; `info` is what it says to the district. */
static inline void tpcc_take_goods(struct tpcc_task *task, const struct tpcc_request *r, unsigned k,
                                   const struct tpcc_stock *stock, char info[24])
{
    struct tpcc_stock *row = &task->row.stock;
    *row = *stock;
    memcpy(info, row->info[r->district - 1], sizeof row->info[0]);
    row->quantity = (int16_t)(row->quantity - r->line[k].quantity);
    if (row->quantity < 10)
        row->quantity = (int16_t)(row->quantity + 91);
    row->ytd += r->line[k].quantity;
    row->orders++;
    row->remote_orders += r->line[k].supplier != r->warehouse;
}

static inline void tpcc_make_line(struct tpcc_task *task, struct tpcc_draft *draft, unsigned k,
                                  uint32_t amount, const char info[24])
{
    const struct tpcc_request *r = draft->request;
    struct tpcc_order_line *row = &task->row.line;
    *row = (struct tpcc_order_line){.order = draft->number,
                                    .item = r->line[k].item,
                                    .amount = amount,
                                    .warehouse = r->warehouse,
                                    .supplier = r->line[k].supplier,
                                    .district = r->district,
                                    .number = (uint8_t)(k + 1),
                                    .quantity = r->line[k].quantity};
    memcpy(row->info, info, sizeof row->info);
    draft->amount += amount;
}

static inline void tpcc_tally_order(struct tpcc_tally *tally, const struct tpcc_draft *draft,
                                    const struct tpcc_customer *customer,
                                    const struct tpcc_warehouse *warehouse)
{
    const struct tpcc_request *r = draft->request;
    tally->lines += r->lines;
    for (unsigned k = 0; k < r->lines; k++)
        tally->quantity += r->line[k].quantity;
    tally->ordered += draft->amount;
    tally->total +=
        tpcc_total(draft->amount, customer->discount, warehouse->tax, draft->district_tax);
}

/* ---- Payment (clause 2.5) -------------------------------------------------------------------- */

/* Adds to W_YTD and D_YTD; `data` becomes what the history says. */
static inline void tpcc_pay_warehouse(struct tpcc_task *task, const struct tpcc_request *r,
                                      const struct tpcc_warehouse *warehouse, char data[24])
{
    memcpy(data, warehouse->name, 10);
    memset(data + 10, ' ', 4);
    task->row.warehouse = *warehouse;
    task->row.warehouse.ytd += r->amount;
}

static inline void tpcc_pay_district(struct tpcc_task *task, const struct tpcc_request *r,
                                     const struct tpcc_district *district, char data[24])
{
    memcpy(data + 14, district->name, 10);
    task->row.district = *district;
    task->row.district.ytd += r->amount;
}

/* What is known of the payment goes in front of what was known before. */
static inline void tpcc_note_bad_credit(struct tpcc_customer *row, const struct tpcc_request *r)
{
    char before[TPCC_DATA], text[96];
    memcpy(before, row->data, sizeof before);
    int length =
        snprintf(text, sizeof text, "%u %u %u %u %u %u.%02u ", row->id, row->district,
                 row->warehouse, r->district, r->warehouse, r->amount / 100, r->amount % 100);
    memcpy(row->data, text, (size_t)length);
    memcpy(row->data + length, before, sizeof before - (size_t)length);
}

static inline void tpcc_pay_customer(struct tpcc_task *task, const struct tpcc_request *r,
                                     const struct tpcc_customer *customer)
{
    struct tpcc_customer *row = &task->row.customer;
    *row = *customer;
    row->balance -= r->amount;
    row->ytd_payment += r->amount;
    row->payments++;
    if (memcmp(row->credit, "BC", 2) == 0)
        tpcc_note_bad_credit(row, r);
}

static inline void tpcc_make_history(struct tpcc_task *task, const struct tpcc_request *r,
                                     const struct tpcc_customer *customer, const char data[24])
{
    struct tpcc_history *row = &task->row.history;
    *row = (struct tpcc_history){.date = task->job->date,
                                 .amount = r->amount,
                                 .customer = customer->id,
                                 .customer_warehouse = customer->warehouse,
                                 .warehouse = r->warehouse,
                                 .customer_district = customer->district,
                                 .district = r->district};
    memcpy(row->data, data, sizeof row->data);
    task->tally.paid += r->amount;
}

/* ---- Order-Status (clause 2.6) --------------------------------------------------------------- */

/* Where the orders of a customer begin, in their index, which tpcc_note_order is to visit. */
static inline uint64_t tpcc_first_order(struct tpcc_task *task,
                                        const struct tpcc_customer *customer)
{
    uint64_t first = tpcc_customer_order(customer->warehouse, customer->district, customer->id,
                                         TPCC_MOST_ORDERS - 1);
    task->end = first + TPCC_MOST_ORDERS;
    task->found.order = NULL;
    return first;
}

static inline bool tpcc_note_order(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    task->found.order = tpcc_number_of(key) < task->end ? found.value : NULL;
    return false;
}

/* Where the lines of an order begin, which tpcc_tell_line is to visit. */
static inline uint64_t tpcc_first_line(struct tpcc_task *task, const struct tpcc_order *order)
{
    uint64_t first = tpcc_key(order->warehouse, order->district, order->id, 0);
    task->order = order->id;
    task->line = 0;
    task->end = first + (1 << 8);
    return first;
}

/* Notes a line; whether it follows the one before. */
static inline void tpcc_note_line(struct tpcc_task *task, const struct tpcc_order_line *row)
{
    bool is_next = row->order == task->order && row->number == task->line + 1;
    bool is_first = row->order == task->order + 1 && row->number == 1 && task->line >= 5;
    task->tally.wrong += !is_next && !is_first;
    task->order = row->order;
    task->line = row->number;
}

static inline bool tpcc_tell_line(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    const struct tpcc_order_line *row = found.value;
    if (tpcc_number_of(key) >= task->end)
        return false;
    tpcc_note_line(task, row);
    task->tally.seen += row->item + row->amount + row->quantity;
    return true;
}

/* With the lines told. */
static inline void tpcc_tell_order(struct tpcc_task *task, const struct tpcc_customer *customer,
                                   const struct tpcc_order *order)
{
    task->tally.wrong += task->line != order->lines;
    task->tally.seen += (uint64_t)customer->balance + order->carrier;
}

/* ---- Stock-Level (clause 2.8) ---------------------------------------------------------------- */

enum { TPCC_LEVEL_ORDERS = 20 };

/* Where the lines of the latest orders begin, which tpcc_note_item is to visit. */
static inline uint64_t tpcc_latest_lines(struct tpcc_task *task, const struct tpcc_request *r,
                                         const struct tpcc_district *district)
{
    uint32_t next = district->next_order;
    uint32_t first = next > TPCC_LEVEL_ORDERS ? next - TPCC_LEVEL_ORDERS : 1;
    task->end = tpcc_key(r->warehouse, r->district, next, 0);
    task->order = first;
    task->line = 0;
    return tpcc_key(r->warehouse, r->district, first, 0);
}

static inline bool tpcc_note_item(void *context, struct masstree_key key, store_result found)
{
    struct tpcc_task *task = context;
    const struct tpcc_order_line *row = found.value;
    if (tpcc_number_of(key) >= task->end)
        return false;
    tpcc_note_line(task, row);
    if (task->count == TPCC_LEVEL_ORDERS * TPCC_LINES) {
        task->tally.wrong++;
        return false;
    }
    task->found.item[task->count++] = row->item;
    return true;
}

static inline int tpcc_by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Of the items that were noted, each once. */
static inline void tpcc_keep_distinct(struct tpcc_task *task, const struct tpcc_district *district)
{
    unsigned kept = 0;
    task->tally.wrong += task->order != district->next_order - 1;
    qsort(task->found.item, task->count, sizeof *task->found.item, tpcc_by_number);
    for (unsigned k = 0; k < task->count; k++)
        if (kept == 0 || task->found.item[k] != task->found.item[kept - 1])
            task->found.item[kept++] = task->found.item[k];
    task->count = kept;
}

/* ---- Transactions ---------------------------------------------------------------------------- */

/* [interleaved] Asks at the gates of what a transaction writes that others of its worker write,
 * too: its district; and in Payment, its warehouse. */
static inline void tpcc_ask(struct tpcc_task *task, const struct tpcc_request *r)
{
    if (r->kind == TPCC_PAYMENT || r->kind == TPCC_NEW)
        gates_ask(task->job->gates, &task->pass, tpcc_key(r->warehouse, r->district, 0, 0));
    if (r->kind == TPCC_PAYMENT)
        gates_ask(task->job->gates, &task->pass, tpcc_key(r->warehouse, 0, 0, 0));
}

static inline struct tpcc_task *tpcc_take_task(struct tpcc_job *job)
{
    struct tpcc_task *task = *job->free;
    *job->free = task->next;
    task->job = job;
    return task;
}

/* An attempt. NULL: no memory. */
static inline struct store_txn *tpcc_begin(struct tpcc_task *task)
{
    task->tally = (struct tpcc_tally){0};
    task->txn = store_begin(task->job->worker);
    return task->txn;
}

/* What it has come to. OK, too, if it was rolled back as was wanted. */
static inline store_status tpcc_end(struct tpcc_task *task, const struct tpcc_request *r,
                                    store_status status)
{
    if (status != STORE_OK && status != STORE_ABORTED)
        return status;
    if (status == STORE_OK)
        task->tally.done[r->kind]++;
    else
        task->tally.rolled_back++;
    tpcc_add_tally(&task->job->tally, &task->tally);
    return STORE_OK;
}

static inline double tpcc_now(const struct tpcc_job *job)
{
    return job->micros ? bench_now() : 0;
}

/* Behind the last attempt of transaction i, which has begun at `start`. */
static inline void tpcc_finish(struct tpcc_job *job, size_t i, struct tpcc_task *task, double start)
{
    gates_leave(job->gates, &task->pass);
    task->next = *job->free;
    *job->free = task;
    if (job->micros)
        job->micros[i] = (bench_now() - start) * 1e6;
}

#endif
