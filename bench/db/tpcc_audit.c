/* tpcc_audit.c: the consistency conditions of TPC-C, held against all rows of one snapshot. */
#include "tpcc.h"

#include <stdlib.h>
#include <string.h>

struct order {
    uint32_t customer;
    bool is_there, is_new;
    uint8_t carrier, lines, found;
};

struct district {
    const struct tpcc_district *row;
    struct order *order; /* by number */
    uint32_t last, last_new, first_new;
    uint64_t orders, new_orders, lines_wanted, lines;
    int64_t paid;
};

struct customer {
    const struct tpcc_customer *row;
    uint64_t payments;
    int64_t paid, delivered;
};

struct stock {
    const struct tpcc_stock *row;
    uint64_t quantity, orders, remote_orders;
};

struct audit {
    const struct tpcc *db;
    const struct tpcc_version *with;
    struct store_txn *txn;
    struct store_scan *scan;
    struct tpcc_totals *totals;
    const char *wrong; /* the first that was found */
    const struct tpcc_warehouse **warehouse;
    struct district *district;
    struct customer *customer;
    struct stock *stock;
    struct order *order; /* of all districts, one after the other */
};

static void expect(struct audit *a, bool is_right, const char *what)
{
    if (!is_right && !a->wrong)
        a->wrong = what;
}

/* ---- Places ---------------------------------------------------------------------------------- */

/* NULL: there is no such. */
static struct district *district_of(struct audit *a, unsigned warehouse, unsigned district)
{
    bool is_there = warehouse - 1 < a->db->scale.warehouses && district - 1 < TPCC_DISTRICTS;
    expect(a, is_there, "a row of a district that there isn't");
    return is_there ? &a->district[(warehouse - 1) * TPCC_DISTRICTS + district - 1] : NULL;
}

static struct customer *customer_of(struct audit *a, unsigned warehouse, unsigned district,
                                    uint32_t id)
{
    const struct district *d = district_of(a, warehouse, district);
    expect(a, id - 1 < a->db->scale.customers, "a row of a customer that there isn't");
    return a->wrong ? NULL
                    : &a->customer[(size_t)(d - a->district) * a->db->scale.customers + id - 1];
}

static struct stock *stock_of(struct audit *a, unsigned warehouse, uint32_t item)
{
    bool is_there = warehouse - 1 < a->db->scale.warehouses && item - 1 < a->db->scale.items;
    expect(a, is_there, "a row of a stock that there isn't");
    return is_there ? &a->stock[(size_t)(warehouse - 1) * a->db->scale.items + item - 1] : NULL;
}

static struct order *order_of(struct audit *a, unsigned warehouse, unsigned district, uint32_t id)
{
    const struct district *d = district_of(a, warehouse, district);
    expect(a, d && id - 1 < d->row->next_order - 1, "clause 3.3.2.2: an order beyond D_NEXT_O_ID");
    return a->wrong ? NULL : &d->order[id - 1];
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static bool is_at(struct audit *a, struct masstree_key key, uint64_t wanted)
{
    wanted = __builtin_bswap64(wanted);
    expect(a, key.length == sizeof wanted && memcmp(key.bytes, &wanted, sizeof wanted) == 0,
           "a row under the key of another one");
    return !a->wrong;
}

static bool see_warehouse(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_warehouse *row = found.value;
    expect(a, row->id - 1U < a->db->scale.warehouses, "a warehouse that there isn't");
    if (!is_at(a, key, tpcc_key(row->id, 0, 0, 0)))
        return false;
    a->warehouse[row->id - 1] = row;
    return true;
}

static bool see_district(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_district *row = found.value;
    struct district *d = district_of(a, row->warehouse, row->id);
    if (!is_at(a, key, tpcc_key(row->warehouse, row->id, 0, 0)))
        return false;
    d->row = row;
    return true;
}

static bool see_customer(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_customer *row = found.value;
    struct customer *c = customer_of(a, row->warehouse, row->district, row->id);
    if (!is_at(a, key, tpcc_key(row->warehouse, row->district, row->id, 0)))
        return false;
    c->row = row;
    return true;
}

static bool see_stock(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_stock *row = found.value;
    struct stock *s = stock_of(a, row->warehouse, row->item);
    if (!is_at(a, key, tpcc_key(row->warehouse, 0, row->item, 0)))
        return false;
    s->row = row;
    return true;
}

static bool see_order(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_order *row = found.value;
    struct order *o = order_of(a, row->warehouse, row->district, row->id);
    if (!is_at(a, key, tpcc_key(row->warehouse, row->district, row->id, 0)))
        return false;
    *o = (struct order){
        .customer = row->customer, .is_there = true, .carrier = row->carrier, .lines = row->lines};
    struct district *d = district_of(a, row->warehouse, row->district);
    d->orders++;
    d->lines_wanted += row->lines;
    d->last = row->id > d->last ? row->id : d->last;
    a->totals->orders += row->id > a->db->scale.customers;
    return true;
}

static bool see_new_order(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_new_order *row = found.value;
    struct order *o = order_of(a, row->warehouse, row->district, row->order);
    if (!is_at(a, key, tpcc_key(row->warehouse, row->district, row->order, 0)))
        return false;
    expect(a, o->is_there, "a row of NEW-ORDER without its order");
    o->is_new = true;
    struct district *d = district_of(a, row->warehouse, row->district);
    d->new_orders++;
    d->last_new = row->order > d->last_new ? row->order : d->last_new;
    d->first_new = d->first_new == 0 || row->order < d->first_new ? row->order : d->first_new;
    return !a->wrong;
}

/* What was there at the beginning has come from no stock. */
static void count_new_line(struct audit *a, const struct tpcc_order_line *row)
{
    struct stock *s = stock_of(a, row->supplier, row->item);
    if (!s)
        return;
    s->quantity += row->quantity;
    s->orders++;
    s->remote_orders += row->supplier != row->warehouse;
    a->totals->lines++;
    a->totals->quantity += row->quantity;
    a->totals->ordered += row->amount;
}

static bool see_order_line(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_order_line *row = found.value;
    struct order *o = order_of(a, row->warehouse, row->district, row->order);
    if (!is_at(a, key, tpcc_key(row->warehouse, row->district, row->order, row->number)))
        return false;
    expect(a, o->is_there, "a line without its order");
    expect(a, (row->delivered == 0) == (o->carrier == 0),
           "clause 3.3.2.7: OL_DELIVERY_D and O_CARRIER_ID");
    o->found++;
    district_of(a, row->warehouse, row->district)->lines++;
    struct customer *c = customer_of(a, row->warehouse, row->district, o->customer);
    if (c && row->delivered != 0)
        c->delivered += row->amount;
    if (row->order > a->db->scale.customers)
        count_new_line(a, row);
    return !a->wrong;
}

static bool see_history(void *context, struct masstree_key key, store_result found)
{
    struct audit *a = context;
    const struct tpcc_history *row = found.value;
    (void)key;
    struct customer *c =
        customer_of(a, row->customer_warehouse, row->customer_district, row->customer);
    struct district *d = district_of(a, row->warehouse, row->district);
    if (a->wrong)
        return false;
    c->payments++;
    c->paid += row->amount;
    d->paid += row->amount;
    a->totals->paid += row->amount;
    return true;
}

static bool see_any(void *context, struct masstree_key key, store_result found)
{
    (void)context, (void)key, (void)found;
    return true;
}

/* ---- Conditions ------------------------------------------------------------------------------ */

/* Returns the number of rows. */
static uint64_t scan(struct audit *a, enum tpcc_table table, int index, store_visit *visit)
{
    *a->scan = (struct store_scan){.from = {(const unsigned char *)"", 0}};
    a->scan->visit = visit;
    a->scan->context = a;
    if (!a->wrong)
        a->with->scan(a->txn, a->db->table[table], index, a->scan);
    return a->scan->count;
}

static void check_orders(struct audit *a, const struct district *d)
{
    for (uint32_t k = 0; k < d->row->next_order - 1; k++) {
        const struct order *o = &d->order[k];
        expect(a, o->is_there, "an order is missing");
        expect(a, (o->carrier == 0) == o->is_new, "clause 3.3.2.5: O_CARRIER_ID and NEW-ORDER");
        expect(a, o->lines == o->found, "clause 3.3.2.6: O_OL_CNT and ORDER-LINE");
    }
}

static void check_district(struct audit *a, const struct district *d)
{
    expect(a, d->row->next_order - 1 == d->last && d->last == d->last_new,
           "clause 3.3.2.2: D_NEXT_O_ID, O_ID and NO_O_ID");
    expect(a, d->last_new - d->first_new + 1 == d->new_orders,
           "clause 3.3.2.3: NO_O_ID and the rows of NEW-ORDER");
    expect(a, d->lines_wanted == d->lines,
           "clause 3.3.2.4: the sum of O_OL_CNT and the rows of ORDER-LINE");
    expect(a, d->row->ytd == d->paid, "clause 3.3.2.9: D_YTD and the sum of H_AMOUNT");
    expect(a, d->orders - d->new_orders == tpcc_delivered(&a->db->scale),
           "clause 3.3.2.11: the rows of ORDER and of NEW-ORDER");
    check_orders(a, d);
}

static void check_warehouse(struct audit *a, unsigned warehouse)
{
    const struct tpcc_warehouse *row = a->warehouse[warehouse];
    int64_t ytd = 0, paid = 0;
    for (unsigned k = 0; k < TPCC_DISTRICTS; k++) {
        const struct district *d = &a->district[warehouse * TPCC_DISTRICTS + k];
        ytd += d->row->ytd;
        paid += d->paid;
    }
    expect(a, row->ytd == ytd, "clause 3.3.2.1: W_YTD and the sum of D_YTD");
    expect(a, row->ytd == paid, "clause 3.3.2.8: W_YTD and the sum of H_AMOUNT");
    for (unsigned k = 0; k < TPCC_DISTRICTS; k++)
        check_district(a, &a->district[warehouse * TPCC_DISTRICTS + k]);
}

static void check_customer(struct audit *a, const struct customer *c)
{
    expect(a, c->row->balance == c->delivered - c->paid,
           "clause 3.3.2.10: C_BALANCE, OL_AMOUNT and H_AMOUNT");
    expect(a, c->row->balance + c->row->ytd_payment == c->delivered,
           "clause 3.3.2.12: C_BALANCE, C_YTD_PAYMENT and OL_AMOUNT");
    expect(a, c->row->payments == (uint16_t)c->payments, "C_PAYMENT_CNT and the rows of HISTORY");
}

/* S_QUANTITY goes down by what was taken, and up by 91 at a time. */
static void check_stock(struct audit *a, const struct stock *s)
{
    struct tpcc_stock first;
    tpcc_make_stock(&first, s->row->warehouse, s->row->item);
    expect(a, s->row->ytd == s->quantity, "S_YTD and the sum of OL_QUANTITY");
    expect(a, s->row->orders == (uint16_t)s->orders, "S_ORDER_CNT and the rows of ORDER-LINE");
    expect(a, s->row->remote_orders == (uint16_t)s->remote_orders,
           "S_REMOTE_CNT and the rows of ORDER-LINE");
    expect(a,
           s->row->quantity >= 10 &&
               ((int64_t)s->row->quantity + s->row->ytd - first.quantity) % 91 == 0,
           "S_QUANTITY and S_YTD");
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void scan_districts(struct audit *a)
{
    const struct tpcc_scale *scale = &a->db->scale;
    size_t districts = (size_t)scale->warehouses * TPCC_DISTRICTS, orders = 0;
    expect(a,
           scan(a, TPCC_WAREHOUSE, -1, see_warehouse) == scale->warehouses &&
               scan(a, TPCC_DISTRICT, -1, see_district) == districts,
           "a warehouse or a district is missing");
    for (size_t k = 0; k < districts && !a->wrong; k++)
        orders += a->district[k].row->next_order - 1;
    a->order = a->wrong ? NULL : calloc(orders, sizeof *a->order);
    expect(a, a->order != NULL, "no memory for the check");
    struct order *next = a->order;
    for (size_t k = 0; k < districts && !a->wrong; k++) {
        a->district[k].order = next;
        next += a->district[k].row->next_order - 1;
    }
}

static void scan_others(struct audit *a)
{
    const struct tpcc_scale *scale = &a->db->scale;
    size_t customers = (size_t)scale->warehouses * TPCC_DISTRICTS * scale->customers;
    expect(a,
           scan(a, TPCC_CUSTOMER, -1, see_customer) == customers &&
               scan(a, TPCC_STOCK, -1, see_stock) == (size_t)scale->warehouses * scale->items &&
               scan(a, TPCC_ITEM, -1, see_any) == scale->items,
           "a customer, a stock or an item is missing");
    uint64_t orders = scan(a, TPCC_ORDERS, -1, see_order);
    scan(a, TPCC_NEW_ORDER, -1, see_new_order);
    scan(a, TPCC_ORDER_LINE, -1, see_order_line);
    scan(a, TPCC_HISTORY, -1, see_history);
    expect(a,
           scan(a, TPCC_CUSTOMER, 0, see_any) == customers &&
               scan(a, TPCC_ORDERS, 0, see_any) == orders,
           "a secondary index doesn't lead to all rows");
    a->totals->paid -= a->wrong ? 0 : (int64_t)customers * 1000;
}

static void check_all(struct audit *a)
{
    const struct tpcc_scale *scale = &a->db->scale;
    for (unsigned k = 0; k < scale->warehouses && !a->wrong; k++)
        check_warehouse(a, k);
    size_t customers = (size_t)scale->warehouses * TPCC_DISTRICTS * scale->customers;
    for (size_t k = 0; k < customers && !a->wrong; k++)
        check_customer(a, &a->customer[k]);
    for (size_t k = 0; k < (size_t)scale->warehouses * scale->items && !a->wrong; k++)
        check_stock(a, &a->stock[k]);
}

const char *tpcc_audit(const struct tpcc *db, const struct tpcc_version *with,
                       struct store_worker *worker, struct tpcc_totals *totals)
{
    size_t districts = (size_t)db->scale.warehouses * TPCC_DISTRICTS;
    struct audit a = {.db = db, .with = with, .totals = totals};
    *totals = (struct tpcc_totals){0};
    a.scan = malloc(sizeof *a.scan);
    a.warehouse = calloc(db->scale.warehouses, sizeof *a.warehouse);
    a.district = calloc(districts, sizeof *a.district);
    a.customer = calloc(districts * db->scale.customers, sizeof *a.customer);
    a.stock = calloc((size_t)db->scale.warehouses * db->scale.items, sizeof *a.stock);
    epoch_pin(&worker->epoch);
    a.txn =
        a.scan && a.warehouse && a.district && a.customer && a.stock ? store_begin(worker) : NULL;
    expect(&a, a.txn != NULL, "no memory for the check");
    if (a.txn) {
        scan_districts(&a);
        scan_others(&a);
        check_all(&a);
        with->commit(a.txn);
    }
    epoch_unpin(&worker->epoch);
    free(a.order);
    free(a.stock);
    free(a.customer);
    free(a.district);
    free(a.warehouse);
    free(a.scan);
    return a.wrong;
}

bool tpcc_agrees(const struct tpcc_totals *totals, const struct tpcc_tally *tally)
{
    return totals->orders == tally->done[TPCC_NEW] && totals->lines == tally->lines &&
           totals->quantity == tally->quantity && totals->ordered == tally->ordered &&
           totals->paid == tally->paid;
}
