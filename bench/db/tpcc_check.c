/* tpcc_check.c: one version of the transactions of TPC-C on small databases: what they come to is
 * what is known before, and each snapshot is consistent; and the check of consistency notices what
 * is broken by hand.
 *
 *     tpcc_check             one thread
 *     tpcc_check threads     threads
 *
 * Says the same for all versions, but for how often those that are interleaved were refused and
 * have waited, which plain functions can't be. Exit status 1: something is wrong. */
#include <stdio.h>

#include "store_record.h"
#include "tpcc.h"

#ifdef TWO_LEVEL
#define VERSION tpcc_two_level
#else
#define VERSION tpcc_inlined
#endif
#include "check_masstree.h"

/* ---- A database ------------------------------------------------------------------------------ */

static const struct tpcc_scale small = {.warehouses = 3, .customers = 30, .items = 1000};
static const struct tpcc_scale tiny = {.warehouses = 1, .customers = 10, .items = 20};

struct beside {
    struct tpcc db;
    struct store_worker worker;
};

/* What nobody finds in order ends the program. */
static struct tpcc_totals audit(const struct tpcc *db, struct store_worker *worker)
{
    struct tpcc_totals totals;
    const char *wrong = tpcc_audit(db, &VERSION, worker, &totals);
    expect(!wrong, wrong);
    return totals;
}

static void set_up(struct beside *b, const struct tpcc_scale *scale)
{
    static const struct tpcc_tally nothing;
    expect(tpcc_init(&b->db, scale, &counted) == 0, "tpcc_init");
    expect(store_join(&b->db.store, &b->worker) == 0, "store_join");
    expect(tpcc_load(&b->db, &VERSION, &b->worker), "tpcc_load");
    struct tpcc_totals totals = audit(&b->db, &b->worker);
    expect(tpcc_agrees(&totals, &nothing), "what was loaded");
}

static void tear_down(struct beside *b)
{
    store_leave(&b->worker);
    tpcc_destroy(&b->db);
    expect(blocks == 0, "blocks are lost");
}

/* ---- Jobs ------------------------------------------------------------------------------------ */

enum { MOST = 16, REQUESTS = 1200 };

/* One worker's, and what it has come to. */
struct terminal {
    struct tpcc_task tasks[MOST], *free;
    struct gates gates; /* [interleaved] */
    struct tpcc_request requests[REQUESTS];
    struct tpcc_tally expected;
    uint64_t history;
    struct tpcc_job job;
};

static struct terminal *make_terminal(struct tpcc *db, struct store_worker *worker, unsigned number,
                                      uint64_t state)
{
    struct terminal *t = allocate(1, sizeof *t);
    for (unsigned k = 0; k < MOST; k++)
        t->tasks[k].next = k > 0 ? &t->tasks[k - 1] : NULL;
    for (unsigned k = 0; k < REQUESTS; k++)
        t->requests[k] = tpcc_draw(&db->scale, TPCC_KINDS, &state);
    t->free = &t->tasks[MOST - 1];
    t->history = (uint64_t)(number + 1) << 48;
    t->job = (struct tpcc_job){.db = db,
                               .worker = worker,
                               .free = &t->free,
                               .gates = &t->gates, /* [interleaved] */
                               .history = &t->history,
                               .date = 2};
    return t;
}

static void run(struct terminal *t, size_t from, size_t count, size_t group)
{
    t->job.requests = t->requests + from;
    t->job.count = count;
    t->job.group = group;
    for (size_t k = from; k < from + count; k++)
        tpcc_expect(&t->expected, &t->job.db->scale, &t->requests[k]);
    VERSION.run(&t->job);
    expect(t->job.tally.wrong == 0, "a row is missing, or not as it must be");
    expect(!t->job.has_failed && tpcc_is_expected(&t->job.tally, &t->expected),
           "transactions don't come to what is known before");
    /* [interleaved] */
    for (unsigned k = 0; k < sizeof t->gates.gate / sizeof *t->gates.gate; k++)
        expect(t->gates.gate[k].given == t->gates.gate[k].served, "a gate stays closed");
}

static uint64_t sum(const uint64_t *of_kinds)
{
    uint64_t sum = 0;
    for (unsigned k = 0; k < TPCC_KINDS; k++)
        sum += of_kinds[k];
    return sum;
}

/* ---- By hand --------------------------------------------------------------------------------- */

/* What one transaction comes to. */
static struct tpcc_tally run_one(struct terminal *t, const struct tpcc_request *request)
{
    t->job.tally = (struct tpcc_tally){0};
    t->job.requests = request;
    t->job.count = t->job.group = 1;
    VERSION.run(&t->job);
    expect(!t->job.has_failed && t->job.tally.wrong == 0, "a transaction by hand");
    return t->job.tally;
}

struct lines {
    bool is_wanted[1000 + 1]; /* by item */
    uint64_t end;
};

static bool note_line(void *context, struct masstree_key key, store_result found)
{
    struct lines *lines = context;
    const struct tpcc_order_line *row = found.value;
    (void)key;
    if (tpcc_key(row->warehouse, row->district, row->order, 0) >= lines->end)
        return false;
    lines->is_wanted[row->item] = true;
    return true;
}

/* Looks at the last row of history: its customer. */
static bool note_payer(void *context, struct masstree_key key, store_result found)
{
    const struct tpcc_history *row = found.value;
    (void)key;
    *(uint32_t *)context = row->customer;
    return true;
}

static void scan_from(struct beside *b, enum tpcc_table table, uint64_t key, store_visit *visit,
                      void *context)
{
    static struct store_scan scan;
    uint64_t bytes = __builtin_bswap64(key);
    scan = (struct store_scan){
        .from = {(const unsigned char *)&bytes, sizeof bytes}, .visit = visit, .context = context};
    epoch_pin(&b->worker.epoch);
    struct store_txn *txn = store_begin(&b->worker);
    expect(txn != NULL, "store_begin");
    VERSION.scan(txn, b->db.table[table], -1, &scan);
    expect(VERSION.commit(txn) == STORE_OK, "a commit by hand");
    epoch_unpin(&b->worker.epoch);
}

/* Of the customers with a name, the one in the middle pays. */
static void check_names(struct beside *b, struct terminal *t)
{
    unsigned most = 0;
    for (unsigned name = 0; name < small.customers / 3; name++) {
        struct tpcc_customer customer, all[30];
        unsigned count = 0;
        char last[TPCC_NAME];
        tpcc_last_name(last, name);
        for (unsigned id = 1; id <= small.customers; id++) {
            tpcc_make_customer(&customer, &small, 2, 3, id);
            if (memcmp(customer.last, last, TPCC_NAME) != 0)
                continue;
            unsigned k = count++;
            for (; k > 0 && memcmp(all[k - 1].first, customer.first, TPCC_NAME) > 0; k--)
                all[k] = all[k - 1];
            all[k] = customer;
        }
        struct tpcc_request pay = {.kind = TPCC_PAYMENT,
                                   .warehouse = 1,
                                   .district = 1,
                                   .is_by_name = true,
                                   .customer_warehouse = 2,
                                   .customer_district = 3,
                                   .customer = name,
                                   .amount = 100};
        uint32_t payer = 0;
        expect(run_one(t, &pay).paid == 100, "a payment by hand");
        scan_from(b, TPCC_HISTORY, t->history, note_payer, &payer);
        expect(payer == all[(count + 1) / 2 - 1].id, "not the customer in the middle pays");
        most = count > most ? count : most;
    }
    expect(most > 3, "nobody has a namesake");
}

/* The status is that of the latest order. */
static void check_status(struct terminal *t)
{
    struct tpcc_request order = {
        .kind = TPCC_NEW, .warehouse = 1, .district = 2, .customer = 7, .lines = 5};
    for (unsigned again = 1; again <= 3; again++) {
        uint64_t wanted = (uint64_t)-1000; /* the balance */
        for (unsigned k = 0; k < order.lines; k++) {
            struct tpcc_item item;
            order.line[k].item = 100 * again + k;
            order.line[k].quantity = 3;
            order.line[k].supplier = 1;
            tpcc_make_item(&item, order.line[k].item);
            wanted += item.id + 3 * item.price + 3;
        }
        expect(run_one(t, &order).done[TPCC_NEW] == 1, "an order by hand");
        struct tpcc_request status = {.kind = TPCC_STATUS,
                                      .warehouse = 1,
                                      .district = 2,
                                      .customer_warehouse = 1,
                                      .customer_district = 2,
                                      .customer = 7};
        expect(run_one(t, &status).seen == wanted, "not the latest order is told");
    }
}

/* Of the items of the last 20 orders, each counts once, in a district that nobody has written. */
static void check_level(struct beside *b, struct terminal *t)
{
    struct lines lines = {.end = tpcc_key(3, 4, small.customers + 1, 0)};
    scan_from(b, TPCC_ORDER_LINE, tpcc_key(3, 4, small.customers - 19, 0), note_line, &lines);
    for (unsigned threshold = 10; threshold <= 60; threshold += 10) {
        uint64_t wanted = 0;
        for (unsigned item = 1; item <= small.items; item++) {
            struct tpcc_stock stock;
            tpcc_make_stock(&stock, 3, item);
            wanted += lines.is_wanted[item] && stock.quantity < (int)threshold;
        }
        struct tpcc_request level = {
            .kind = TPCC_LEVEL, .warehouse = 3, .district = 4, .threshold = threshold};
        expect(run_one(t, &level).seen == wanted, "a stock's level");
    }
}

static void check_by_hand(void)
{
    struct beside b;
    set_up(&b, &small);
    struct terminal *t = make_terminal(&b.db, &b.worker, 0, 1);
    check_names(&b, t);
    check_status(t);
    check_level(&b, t);
    audit(&b.db, &b.worker);
    free(t);
    tear_down(&b);
    puts("by hand: as it must be");
}

/* ---- One thread ------------------------------------------------------------------------------ */

/* How often transactions were refused. */
static uint64_t check_group(size_t group, bool is_gated)
{
    struct beside b;
    set_up(&b, &small);
    struct terminal *t = make_terminal(&b.db, &b.worker, 0, 1);
    /* [interleaved] */
    if (!is_gated)
        t->job.gates = NULL;
    run(t, 0, REQUESTS, group);
    struct tpcc_totals totals = audit(&b.db, &b.worker);
    expect(tpcc_agrees(&totals, &t->job.tally), "what is there isn't what was committed");
    for (unsigned k = 0; k < TPCC_KINDS; k++)
        expect(t->job.tally.done[k] > 0, "a kind of transactions isn't done");
    expect(t->job.tally.rolled_back > 0, "nothing is rolled back");
    uint64_t refused = sum(t->job.refused), waited = 0;
    waited = sum(t->job.waited); /* [interleaved] */
    if (group == 1)
        printf("1 in flight: %d transactions, the same as known before; and have seen %llx\n",
               REQUESTS, (unsigned long long)t->job.tally.seen);
    else
        printf("%zu in flight: the same\n", group);
    expect(t->job.refused[TPCC_STATUS] + t->job.refused[TPCC_LEVEL] == 0, "a reader is refused");
#ifdef SEQUENTIAL
    group = 1;
#else
    printf("... %s: %llu refused, %llu have waited; and have seen %llx\n",
           is_gated ? "gated" : "ungated", (unsigned long long)refused, (unsigned long long)waited,
           (unsigned long long)t->job.tally.seen);
#endif
    expect((waited > 0) == (is_gated && group > 1), "who waits at a gate");
    expect(group > 1 || refused == 0, "a transaction that is alone is refused");
    free(t);
    tear_down(&b);
    return refused;
}

static void check_one_thread(void)
{
    for (unsigned k = 0; k < GROUPS; k++) {
        uint64_t gated = check_group(groups[k], true), ungated = check_group(groups[k], false);
        bool is_alone = groups[k] == 1;
#ifdef SEQUENTIAL
        is_alone = true;
#endif
        expect(is_alone || gated < ungated / 4, "gates don't keep refusals away");
    }
}

/* Where an allocation fails, its transaction has not happened. */
static void check_memory(void)
{
    enum { STEP = 97, SOME = 32 };
    unsigned failed = 0;
    for (uint64_t n = 1;; n += STEP) {
        struct beside b;
        set_up(&b, &tiny);
        struct terminal *t = make_terminal(&b.db, &b.worker, 0, 2);
        t->job.requests = t->requests;
        t->job.count = SOME;
        t->job.group = 7;
        to_fail = n;
        VERSION.run(&t->job);
        bool was_reached = to_fail == 0;
        to_fail = 0;
        expect(t->job.has_failed == was_reached, "what is told of no memory");
        struct tpcc_totals totals = audit(&b.db, &b.worker);
        expect(t->job.tally.wrong == 0 && tpcc_agrees(&totals, &t->job.tally),
               "without memory, what is there isn't what was committed");
        free(t);
        tear_down(&b);
        if (!was_reached)
            break;
        failed++;
    }
    expect(failed > 5, "memory isn't short");
    puts("without memory: consistent, too");
}

/* ---- What is broken by hand ------------------------------------------------------------------ */

/* Adds to a column of a row; of no size: the row goes. Of line 0 of an order: of all its lines. */
struct change {
    enum tpcc_table table;
    uint64_t key;
    size_t offset, size;
    int by;
};

enum { MOST_CHANGES = 3 };

struct breakage {
    const char *expected;
    unsigned count;
    struct change change[MOST_CHANGES];
};

#define ADD(table, key, row, column, by)                                                           \
    {table, key, offsetof(struct row, column), sizeof(((struct row *)NULL)->column), by}
#define DELETE(table, key) {table, key, 0, 0, 0}

/* Of the tiny database, in district 1: orders 1 to 7 were delivered, 8 to 10 weren't. */
#define KEY(district, number)                                                                      \
    ((uint64_t)1 << 48 | (uint64_t)(district) << 40 | (uint64_t)(number) << 8)
#define HOME KEY(0, 0)
#define FIRST KEY(1, 0)
#define SECOND KEY(2, 0)
#define OF(number) KEY(1, number)
#define STOCK KEY(0, 5)
#define ITEM ((uint64_t)7 << 8)

static const struct breakage breakages[] = {
    {"a warehouse or a district is missing", 1, {DELETE(TPCC_WAREHOUSE, HOME)}},
    {"a warehouse or a district is missing", 1, {DELETE(TPCC_DISTRICT, FIRST)}},
    {"a customer, a stock or an item is missing", 1, {DELETE(TPCC_CUSTOMER, OF(3))}},
    {"a customer, a stock or an item is missing", 1, {DELETE(TPCC_STOCK, STOCK)}},
    {"a customer, a stock or an item is missing", 1, {DELETE(TPCC_ITEM, ITEM)}},
    {"a row under the key of another one", 1, {ADD(TPCC_ORDERS, OF(3), tpcc_order, id, 1)}},
    {"a row of NEW-ORDER without its order", 1, {DELETE(TPCC_ORDERS, OF(10))}},
    {"a line without its order", 1, {DELETE(TPCC_ORDERS, OF(1))}},
    {"an order is missing",
     3,
     {DELETE(TPCC_ORDERS, OF(1)), DELETE(TPCC_ORDER_LINE, OF(1)), DELETE(TPCC_NEW_ORDER, OF(8))}},
    {"clause 3.3.2.1: W_YTD and the sum of D_YTD",
     1,
     {ADD(TPCC_WAREHOUSE, HOME, tpcc_warehouse, ytd, 1)}},
    {"clause 3.3.2.2: an order beyond D_NEXT_O_ID",
     1,
     {ADD(TPCC_DISTRICT, FIRST, tpcc_district, next_order, -1)}},
    {"clause 3.3.2.2: D_NEXT_O_ID, O_ID and NO_O_ID",
     1,
     {ADD(TPCC_DISTRICT, FIRST, tpcc_district, next_order, 1)}},
    {"clause 3.3.2.2: D_NEXT_O_ID, O_ID and NO_O_ID", 1, {DELETE(TPCC_NEW_ORDER, OF(10))}},
    {"clause 3.3.2.3: NO_O_ID and the rows of NEW-ORDER", 1, {DELETE(TPCC_NEW_ORDER, OF(9))}},
    {"clause 3.3.2.4: the sum of O_OL_CNT and the rows of ORDER-LINE",
     1,
     {DELETE(TPCC_ORDER_LINE, OF(9) | 2)}},
    {"clause 3.3.2.5: O_CARRIER_ID and NEW-ORDER",
     2,
     {ADD(TPCC_ORDERS, OF(9), tpcc_order, carrier, 1),
      ADD(TPCC_ORDER_LINE, OF(9), tpcc_order_line, delivered, 1)}},
    {"clause 3.3.2.6: O_OL_CNT and ORDER-LINE",
     2,
     {ADD(TPCC_ORDERS, OF(2), tpcc_order, lines, 1),
      ADD(TPCC_ORDERS, OF(3), tpcc_order, lines, -1)}},
    {"clause 3.3.2.7: OL_DELIVERY_D and O_CARRIER_ID",
     1,
     {ADD(TPCC_ORDER_LINE, OF(9) | 2, tpcc_order_line, delivered, 1)}},
    {"clause 3.3.2.8: W_YTD and the sum of H_AMOUNT",
     2,
     {ADD(TPCC_WAREHOUSE, HOME, tpcc_warehouse, ytd, -1),
      ADD(TPCC_DISTRICT, FIRST, tpcc_district, ytd, -1)}},
    {"clause 3.3.2.8: W_YTD and the sum of H_AMOUNT", 1, {DELETE(TPCC_HISTORY, 3)}},
    {"clause 3.3.2.9: D_YTD and the sum of H_AMOUNT",
     2,
     {ADD(TPCC_DISTRICT, FIRST, tpcc_district, ytd, -1),
      ADD(TPCC_DISTRICT, SECOND, tpcc_district, ytd, 1)}},
    {"clause 3.3.2.10: C_BALANCE, OL_AMOUNT and H_AMOUNT",
     1,
     {ADD(TPCC_CUSTOMER, OF(3), tpcc_customer, balance, 1)}},
    {"clause 3.3.2.10: C_BALANCE, OL_AMOUNT and H_AMOUNT",
     1,
     {ADD(TPCC_ORDER_LINE, OF(2) | 1, tpcc_order_line, amount, 1)}},
    {"clause 3.3.2.11: the rows of ORDER and of NEW-ORDER", 1, {DELETE(TPCC_NEW_ORDER, OF(8))}},
    {"clause 3.3.2.12: C_BALANCE, C_YTD_PAYMENT and OL_AMOUNT",
     1,
     {ADD(TPCC_CUSTOMER, OF(3), tpcc_customer, ytd_payment, -1)}},
    {"C_PAYMENT_CNT and the rows of HISTORY",
     1,
     {ADD(TPCC_CUSTOMER, OF(3), tpcc_customer, payments, 1)}},
    {"S_YTD and the sum of OL_QUANTITY", 1, {ADD(TPCC_STOCK, STOCK, tpcc_stock, ytd, 1)}},
    {"S_ORDER_CNT and the rows of ORDER-LINE", 1, {ADD(TPCC_STOCK, STOCK, tpcc_stock, orders, 1)}},
    {"S_REMOTE_CNT and the rows of ORDER-LINE",
     1,
     {ADD(TPCC_STOCK, STOCK, tpcc_stock, remote_orders, 1)}},
    {"S_QUANTITY and S_YTD", 1, {ADD(TPCC_STOCK, STOCK, tpcc_stock, quantity, 1)}},
};

/* A row, as it is. */
struct copy {
    unsigned char bytes[sizeof(struct tpcc_customer)];
    uint64_t key;
    uint32_t length;
    bool is_there;
};

static bool copy_row(void *context, struct masstree_key key, store_result found)
{
    struct copy *copy = context;
    uint64_t bytes;
    memcpy(&bytes, key.bytes, sizeof bytes);
    copy->is_there = __builtin_bswap64(bytes) == copy->key;
    copy->length = found.length;
    memcpy(copy->bytes, found.value, found.length);
    return false;
}

/* False: there is no such row. */
static bool apply(struct beside *b, struct store_txn *txn, const struct change *c, uint64_t key)
{
    static struct store_scan scan;
    struct copy copy = {.key = key};
    uint64_t bytes = __builtin_bswap64(key);
    struct masstree_key place = {(const unsigned char *)&bytes, sizeof bytes};
    struct store_table *table = b->db.table[c->table];
    scan = (struct store_scan){.from = place, .visit = copy_row, .context = &copy};
    VERSION.scan(txn, table, -1, &scan);
    if (!copy.is_there)
        return false;
    uint64_t number = 0;
    memcpy(&number, copy.bytes + c->offset, c->size);
    number += (uint64_t)(int64_t)c->by;
    memcpy(copy.bytes + c->offset, &number, c->size);
    struct store_operation operation = {.kind = c->size > 0 ? STORE_UPDATE : STORE_DELETE,
                                        .table = table,
                                        .key = place,
                                        .value = copy.bytes,
                                        .length = copy.length};
    expect(store_inlined.operate(txn, &operation) == STORE_OK, "a change by hand");
    return true;
}

static void check_breakage(const struct breakage *breakage)
{
    struct beside b;
    struct tpcc_totals totals;
    set_up(&b, &tiny);
    epoch_pin(&b.worker.epoch);
    struct store_txn *txn = store_begin(&b.worker);
    expect(txn != NULL, "store_begin");
    for (unsigned k = 0; k < breakage->count; k++) {
        const struct change *c = &breakage->change[k];
        bool has_lines = c->table == TPCC_ORDER_LINE && (c->key & 0xff) == 0;
        if (!has_lines)
            expect(apply(&b, txn, c, c->key), "there is nothing to change by hand");
        for (unsigned line = 1; has_lines && apply(&b, txn, c, c->key + line); line++)
            ;
    }
    expect(VERSION.commit(txn) == STORE_OK, "a commit by hand");
    epoch_unpin(&b.worker.epoch);
    const char *wrong = tpcc_audit(&b.db, &VERSION, &b.worker, &totals);
    if (!wrong || strcmp(wrong, breakage->expected) != 0)
        printf("not noticed: %s; but: %s\n", breakage->expected, wrong ? wrong : "nothing");
    expect(wrong && strcmp(wrong, breakage->expected) == 0, "the check of consistency");
    tear_down(&b);
}

static void check_breakages(void)
{
    unsigned count = sizeof breakages / sizeof *breakages;
    for (unsigned k = 0; k < count; k++)
        check_breakage(&breakages[k]);
    printf("%u breakages by hand are noticed\n", count);
}

/* ---- Threads --------------------------------------------------------------------------------- */

enum { THREADS = 2, BATCH = 60, LOOK_EVERY = 4 };

struct thread {
    struct tpcc *db;
    struct terminal *terminal;
    struct store_worker worker;
    unsigned number;
};

/* Looks at a snapshot between some batches, while others go on. */
static void *work(void *argument)
{
    struct thread *t = argument;
    expect(store_join(&t->db->store, &t->worker) == 0, "store_join");
    t->terminal = make_terminal(t->db, &t->worker, t->number, t->number + 3);
    start_together();
    for (unsigned k = 0; k < REQUESTS / BATCH; k++) {
        run(t->terminal, (size_t)k * BATCH, BATCH, groups[1 + k % 2]);
        if ((k + t->number) % LOOK_EVERY == 0)
            audit(t->db, &t->worker);
    }
    store_leave(&t->worker);
    return NULL;
}

static void check_threads(void)
{
    struct beside b;
    struct thread threads[THREADS];
    struct tpcc_tally tally = {0};
    set_up(&b, &small);
    for (unsigned t = 0; t < THREADS; t++)
        threads[t] = (struct thread){.db = &b.db, .number = t};
    run_threads(THREADS, work, threads, sizeof *threads);
    for (unsigned t = 0; t < THREADS; t++) {
        tpcc_add_tally(&tally, &threads[t].terminal->job.tally);
        free(threads[t].terminal);
    }
    struct tpcc_totals totals = audit(&b.db, &b.worker);
    expect(tpcc_agrees(&totals, &tally), "what is there isn't what was committed");
    tear_down(&b);
    printf("%d threads: what is known before, and consistent in each snapshot\n", THREADS);
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        check_by_hand();
        check_one_thread();
        check_memory();
        check_breakages();
    } else if (argc == 2 && strcmp(argv[1], "threads") == 0) {
        check_threads();
    } else {
        return 2;
    }
    return 0;
}
