/* tpcc_rows.c: what TPC-C draws at random: the rows that a database begins with, and requests. */
#include "tpcc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../harness.h"

/* ---- Texts and numbers (clauses 2.1.6, 4.3.2) ------------------------------------------------ */

static uint32_t between(uint64_t *state, uint32_t low, uint32_t high)
{
    return low + (uint32_t)bench_below(state, high - low + 1);
}

static void draw_digits(char *text, size_t length, uint64_t *state)
{
    for (size_t k = 0; k < length; k++)
        text[k] = (char)('0' + bench_below(state, 10));
}

/* Of 64 characters, ten to a random number. */
static void draw_text(char *text, uint32_t shortest, uint32_t longest, uint64_t *state)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .";
    uint32_t length = between(state, shortest, longest);
    uint64_t bits = 0;
    for (uint32_t k = 0; k < length; k++, bits >>= 6) {
        if (k % 10 == 0)
            bits = bench_random(state);
        text[k] = characters[bits % 64];
    }
    memset(text + length, 0, longest - length);
}

/* One in ten is an original. */
static void draw_data(char data[50], uint64_t *state)
{
    static const char mark[] = "ORIGINAL";
    const uint32_t length = sizeof mark - 1;
    draw_text(data, 26, 50, state);
    if (bench_below(state, 10) == 0)
        memcpy(data + between(state, 0, 26 - length), mark, length);
}

static void draw_address(struct tpcc_address *a, uint64_t *state)
{
    draw_text(a->street_1, 10, sizeof a->street_1, state);
    draw_text(a->street_2, 10, sizeof a->street_2, state);
    draw_text(a->city, 10, sizeof a->city, state);
    draw_text(a->state, 2, 2, state);
    draw_digits(a->zip, 4, state);
    memset(a->zip + 4, '1', 5);
}

void tpcc_last_name(char name[TPCC_NAME], unsigned number)
{
    static const char *const syllables[] = {"BAR", "OUGHT", "ABLE",  "PRI",   "PRES",
                                            "ESE", "ANTI",  "CALLY", "ATION", "EING"};
    memset(name, 0, TPCC_NAME);
    for (unsigned unit = 100, at = 0; unit > 0; unit /= 10) {
        const char *syllable = syllables[number / unit % 10];
        memcpy(name + at, syllable, strlen(syllable));
        at += (unsigned)strlen(syllable);
    }
}

/* NURand of clause 2.1.6, with the constants that it leaves open. Those of names differ by 85
 * between load and run, which clause 2.1.6.1 allows. */
enum {
    NAME_C_LOAD = 100,
    NAME_C_RUN = 185,
    CUSTOMER_C = 259,
    ITEM_C = 4801,
    NAME_A = 255,
    CUSTOMER_A = 1023,
    ITEM_A = 8191,
};

static uint32_t draw_uneven(uint32_t a, uint32_t c, uint32_t low, uint32_t high, uint64_t *state)
{
    uint32_t drawn = between(state, 0, a) | between(state, low, high);
    return (drawn + c) % (high - low + 1) + low;
}

/* ---- Rows (clause 4.3.3) --------------------------------------------------------------------- */

enum { FIRST_PAID = 1000, FIRST_BALANCE = -1000 }; /* cents */

/* Where the random numbers of a row begin. */
static uint64_t begin_row(enum tpcc_table table, uint64_t key)
{
    uint64_t state = key * TPCC_TABLES + table;
    return bench_random(&state);
}

void tpcc_make_warehouse(struct tpcc_warehouse *row, const struct tpcc_scale *scale, unsigned id)
{
    uint64_t state = begin_row(TPCC_WAREHOUSE, id);
    *row = (struct tpcc_warehouse){.id = (uint16_t)id, .tax = between(&state, 0, 2000)};
    row->ytd = (int64_t)FIRST_PAID * TPCC_DISTRICTS * scale->customers;
    draw_text(row->name, 6, sizeof row->name, &state);
    draw_address(&row->address, &state);
}

void tpcc_make_district(struct tpcc_district *row, const struct tpcc_scale *scale,
                        unsigned warehouse, unsigned id)
{
    uint64_t state = begin_row(TPCC_DISTRICT, tpcc_key(warehouse, id, 0, 0));
    *row = (struct tpcc_district){.id = (uint8_t)id,
                                  .warehouse = (uint16_t)warehouse,
                                  .tax = between(&state, 0, 2000),
                                  .next_order = scale->customers + 1};
    row->ytd = (int64_t)FIRST_PAID * scale->customers;
    draw_text(row->name, 6, sizeof row->name, &state);
    draw_address(&row->address, &state);
}

/* How many last names there are: the first third of a district's customers goes through them, the
 * others' are drawn. */
static uint32_t names_of(const struct tpcc_scale *scale)
{
    return scale->customers / 3;
}

void tpcc_make_customer(struct tpcc_customer *row, const struct tpcc_scale *scale,
                        unsigned warehouse, unsigned district, unsigned id)
{
    uint64_t state = begin_row(TPCC_CUSTOMER, tpcc_key(warehouse, district, id, 0));
    *row = (struct tpcc_customer){.id = id,
                                  .warehouse = (uint16_t)warehouse,
                                  .district = (uint8_t)district,
                                  .discount = between(&state, 0, 5000),
                                  .balance = FIRST_BALANCE,
                                  .ytd_payment = FIRST_PAID,
                                  .credit_limit = 5000000,
                                  .payments = 1,
                                  .middle = {'O', 'E'}};
    bool is_bad = bench_below(&state, 10) == 0;
    memcpy(row->credit, is_bad ? "BC" : "GC", 2);
    uint32_t names = names_of(scale);
    tpcc_last_name(row->last,
                   id <= names ? id - 1 : draw_uneven(NAME_A, NAME_C_LOAD, 0, names - 1, &state));
    draw_text(row->first, 8, sizeof row->first, &state);
    draw_address(&row->address, &state);
    draw_digits(row->phone, sizeof row->phone, &state);
    draw_text(row->data, 300, TPCC_DATA, &state);
}

void tpcc_make_item(struct tpcc_item *row, unsigned id)
{
    uint64_t state = begin_row(TPCC_ITEM, id);
    *row = (struct tpcc_item){
        .id = id, .image = between(&state, 1, 10000), .price = between(&state, 100, 10000)};
    draw_text(row->name, 14, sizeof row->name, &state);
    draw_data(row->data, &state);
}

void tpcc_make_stock(struct tpcc_stock *row, unsigned warehouse, unsigned item)
{
    uint64_t state = begin_row(TPCC_STOCK, tpcc_key(warehouse, 0, item, 0));
    *row = (struct tpcc_stock){.item = item,
                               .warehouse = (uint16_t)warehouse,
                               .quantity = (int16_t)between(&state, 10, 100)};
    for (unsigned d = 0; d < TPCC_DISTRICTS; d++)
        draw_text(row->info[d], sizeof row->info[d], sizeof row->info[d], &state);
    draw_data(row->data, &state);
}

/* ---- Loading --------------------------------------------------------------------------------- */

/* Rows that were made and wait to be inserted. */
struct loader {
    struct tpcc *db;
    const struct tpcc_version *with;
    struct store_worker *worker;
    size_t count, bytes;
    bool has_failed;
    struct tpcc_row row[1024];
    unsigned char values[1024 * sizeof(struct tpcc_customer)] __attribute__((aligned(8)));
};

static void flush(struct loader *l)
{
    l->has_failed = l->has_failed || !l->with->insert(l->worker, l->row, l->count);
    l->count = l->bytes = 0;
}

static void put(struct loader *l, enum tpcc_table table, uint64_t key, const void *value,
                uint32_t length)
{
    if (l->count == sizeof l->row / sizeof *l->row)
        flush(l);
    memcpy(l->values + l->bytes, value, length);
    l->row[l->count++] = (struct tpcc_row){l->db->table[table], key, l->values + l->bytes, length};
    l->bytes += (length + 7) / 8 * 8;
}

static void load_order(struct loader *l, struct tpcc_order order)
{
    uint64_t key = tpcc_key(order.warehouse, order.district, order.id, 0);
    uint64_t state = begin_row(TPCC_ORDERS, key);
    bool is_delivered = order.id <= tpcc_delivered(&l->db->scale);
    order.lines = (uint8_t)between(&state, 5, TPCC_LINES);
    order.is_local = 1;
    order.carrier = is_delivered ? (uint8_t)between(&state, 1, 10) : 0;
    order.entered = 1;
    put(l, TPCC_ORDERS, key, &order, sizeof order);
    if (!is_delivered) {
        struct tpcc_new_order fresh = {order.id, order.warehouse, order.district};
        put(l, TPCC_NEW_ORDER, key, &fresh, sizeof fresh);
    }
    for (unsigned k = 1; k <= order.lines; k++) {
        struct tpcc_order_line line = {.order = order.id,
                                       .warehouse = order.warehouse,
                                       .supplier = order.warehouse,
                                       .district = order.district,
                                       .number = (uint8_t)k,
                                       .quantity = 5,
                                       .item = between(&state, 1, l->db->scale.items),
                                       .delivered = is_delivered ? order.entered : 0};
        if (!is_delivered)
            line.amount = between(&state, 1, 999999);
        draw_text(line.info, sizeof line.info, sizeof line.info, &state);
        put(l, TPCC_ORDER_LINE, key | k, &line, sizeof line);
    }
}

static void load_customer(struct loader *l, unsigned warehouse, unsigned district, unsigned id)
{
    const struct tpcc_scale *scale = &l->db->scale;
    uint64_t key = tpcc_key(warehouse, district, id, 0), state = begin_row(TPCC_HISTORY, key);
    struct tpcc_customer customer;
    tpcc_make_customer(&customer, scale, warehouse, district, id);
    put(l, TPCC_CUSTOMER, key, &customer, sizeof customer);
    struct tpcc_history history = {.customer = id,
                                   .customer_warehouse = (uint16_t)warehouse,
                                   .warehouse = (uint16_t)warehouse,
                                   .customer_district = (uint8_t)district,
                                   .district = (uint8_t)district,
                                   .amount = FIRST_PAID};
    draw_text(history.data, 12, sizeof history.data, &state);
    uint64_t districts = (uint64_t)(warehouse - 1) * TPCC_DISTRICTS + district - 1; /* before */
    put(l, TPCC_HISTORY, districts * scale->customers + id, &history, sizeof history);
}

/* Orders are those of all customers, in random order. */
static void load_district(struct loader *l, unsigned warehouse, unsigned id)
{
    const struct tpcc_scale *scale = &l->db->scale;
    struct tpcc_district district;
    uint32_t customer[TPCC_MOST_CUSTOMERS];
    uint64_t state = begin_row(TPCC_ORDERS, tpcc_key(warehouse, id, 0, 0));
    tpcc_make_district(&district, scale, warehouse, id);
    put(l, TPCC_DISTRICT, tpcc_key(warehouse, id, 0, 0), &district, sizeof district);
    for (unsigned k = 0; k < scale->customers; k++)
        customer[k] = k + 1;
    bench_shuffle(customer, scale->customers, &state);
    for (unsigned k = 1; k <= scale->customers; k++)
        load_customer(l, warehouse, id, k);
    for (unsigned k = 1; k <= scale->customers; k++)
        load_order(l, (struct tpcc_order){.id = k,
                                          .customer = customer[k - 1],
                                          .warehouse = (uint16_t)warehouse,
                                          .district = (uint8_t)id});
}

static void load_warehouse(struct loader *l, unsigned id)
{
    const struct tpcc_scale *scale = &l->db->scale;
    struct tpcc_warehouse warehouse;
    struct tpcc_stock stock;
    tpcc_make_warehouse(&warehouse, scale, id);
    put(l, TPCC_WAREHOUSE, tpcc_key(id, 0, 0, 0), &warehouse, sizeof warehouse);
    for (unsigned k = 1; k <= scale->items; k++) {
        tpcc_make_stock(&stock, id, k);
        put(l, TPCC_STOCK, tpcc_key(id, 0, k, 0), &stock, sizeof stock);
    }
    for (unsigned k = 1; k <= TPCC_DISTRICTS; k++)
        load_district(l, id, k);
}

bool tpcc_load(struct tpcc *db, const struct tpcc_version *with, struct store_worker *worker)
{
    struct loader *l = malloc(sizeof *l);
    if (!l)
        return false;
    *l = (struct loader){.db = db, .with = with, .worker = worker};
    for (unsigned k = 1; k <= db->scale.items; k++) {
        struct tpcc_item item;
        tpcc_make_item(&item, k);
        put(l, TPCC_ITEM, tpcc_key(0, 0, k, 0), &item, sizeof item);
    }
    for (unsigned k = 1; k <= db->scale.warehouses; k++)
        load_warehouse(l, k);
    flush(l);
    bool is_loaded = !l->has_failed;
    free(l);
    return is_loaded;
}

/* ---- The database ---------------------------------------------------------------------------- */

/* By warehouse, district and last name. Who looks a name up wants all that have it, and sorts them
 * by first name. */
static size_t extract_name(const void *value, size_t length, unsigned char *key)
{
    const struct tpcc_customer *row = value;
    (void)length;
    key[0] = (unsigned char)(row->warehouse >> 8);
    key[1] = (unsigned char)row->warehouse;
    key[2] = row->district;
    size_t name = strnlen(row->last, TPCC_NAME);
    memcpy(key + 3, row->last, name);
    return 3 + name;
}

/* By customer, the latest order first. */
static size_t extract_customer(const void *value, size_t length, unsigned char *key)
{
    const struct tpcc_order *row = value;
    (void)length;
    uint64_t bytes = __builtin_bswap64(
        tpcc_customer_order(row->warehouse, row->district, row->customer, row->id));
    memcpy(key, &bytes, sizeof bytes);
    return sizeof bytes;
}

static store_extract *const by_name[] = {extract_name}, *const by_customer[] = {extract_customer};

int tpcc_init(struct tpcc *db, const struct tpcc_scale *scale, const struct db_memory *memory)
{
    *db = (struct tpcc){.scale = *scale};
    int error = store_init(&db->store, memory);
    for (unsigned t = 0; t < TPCC_TABLES && error == 0; t++) {
        store_extract *const *index = t == TPCC_CUSTOMER ? by_name
                                      : t == TPCC_ORDERS ? by_customer
                                                         : NULL;
        db->table[t] = store_add_table(&db->store, index, index != NULL);
        if (!db->table[t]) {
            store_destroy(&db->store);
            error = ENOMEM;
        }
    }
    return error;
}

void tpcc_destroy(struct tpcc *db)
{
    store_destroy(&db->store);
}

/* ---- Requests -------------------------------------------------------------------------------- */

const char *const tpcc_kind_names[TPCC_KINDS] = {"New-Order", "Payment", "Order-Status",
                                                 "Stock-Level"};

static unsigned draw_other(const struct tpcc_scale *scale, unsigned home, uint64_t *state)
{
    unsigned other = between(state, 1, scale->warehouses - 1);
    return other + (other >= home);
}

static void draw_customer(struct tpcc_request *r, const struct tpcc_scale *scale, uint64_t *state)
{
    r->customer_warehouse = r->warehouse;
    r->customer_district = r->district;
    r->is_by_name = bench_below(state, 100) < 60;
    if (r->is_by_name)
        r->customer = draw_uneven(NAME_A, NAME_C_RUN, 0, names_of(scale) - 1, state);
    else
        r->customer = draw_uneven(CUSTOMER_A, CUSTOMER_C, 1, scale->customers, state);
}

static void draw_new_order(struct tpcc_request *r, const struct tpcc_scale *scale, uint64_t *state)
{
    r->customer = draw_uneven(CUSTOMER_A, CUSTOMER_C, 1, scale->customers, state);
    r->lines = (uint8_t)between(state, 5, TPCC_LINES);
    bool is_unwanted = bench_below(state, 100) == 0;
    for (unsigned k = 0; k < r->lines; k++) {
        bool is_remote = bench_below(state, 100) == 0 && scale->warehouses > 1;
        r->line[k].item = draw_uneven(ITEM_A, ITEM_C, 1, scale->items, state);
        r->line[k].quantity = (uint8_t)between(state, 1, 10);
        r->line[k].supplier =
            is_remote ? (uint16_t)draw_other(scale, r->warehouse, state) : r->warehouse;
    }
    if (is_unwanted)
        r->line[r->lines - 1].item = TPCC_UNUSED;
}

struct tpcc_request tpcc_draw(const struct tpcc_scale *scale, unsigned kind, uint64_t *state)
{
    if (kind == TPCC_KINDS) {
        uint64_t share = bench_below(state, 96);
        kind = share < 45   ? TPCC_NEW
               : share < 88 ? TPCC_PAYMENT
               : share < 92 ? TPCC_STATUS
                            : TPCC_LEVEL;
    }
    struct tpcc_request r = {.kind = (enum tpcc_kind)kind};
    r.warehouse = (uint16_t)between(state, 1, scale->warehouses);
    r.district = (uint8_t)between(state, 1, TPCC_DISTRICTS);
    switch (r.kind) {
    case TPCC_NEW:
        draw_new_order(&r, scale, state);
        break;
    case TPCC_PAYMENT:
        draw_customer(&r, scale, state);
        r.amount = between(state, 100, 500000);
        if (bench_below(state, 100) < 15 && scale->warehouses > 1) {
            r.customer_warehouse = (uint16_t)draw_other(scale, r.warehouse, state);
            r.customer_district = (uint8_t)between(state, 1, TPCC_DISTRICTS);
        }
        break;
    case TPCC_STATUS:
        draw_customer(&r, scale, state);
        break;
    default:
        r.threshold = between(state, 10, 20);
    }
    return r;
}

/* ---- What they come to ----------------------------------------------------------------------- */

void tpcc_add_tally(struct tpcc_tally *to, const struct tpcc_tally *tally)
{
    for (unsigned k = 0; k < TPCC_KINDS; k++)
        to->done[k] += tally->done[k];
    to->rolled_back += tally->rolled_back;
    to->lines += tally->lines;
    to->quantity += tally->quantity;
    to->ordered += tally->ordered;
    to->total += tally->total;
    to->paid += tally->paid;
    to->seen += tally->seen;
    to->wrong += tally->wrong;
}

/* By the rows as they were made: prices, discounts and taxes stay. */
static void expect_new_order(struct tpcc_tally *to, const struct tpcc_scale *scale,
                             const struct tpcc_request *r)
{
    struct tpcc_warehouse warehouse;
    struct tpcc_district district;
    struct tpcc_customer customer;
    int64_t amount = 0;
    if (r->line[r->lines - 1].item == TPCC_UNUSED) {
        to->rolled_back++;
        return;
    }
    for (unsigned k = 0; k < r->lines; k++) {
        struct tpcc_item item;
        tpcc_make_item(&item, r->line[k].item);
        amount += (int64_t)item.price * r->line[k].quantity;
        to->quantity += r->line[k].quantity;
    }
    tpcc_make_warehouse(&warehouse, scale, r->warehouse);
    tpcc_make_district(&district, scale, r->warehouse, r->district);
    tpcc_make_customer(&customer, scale, r->warehouse, r->district, r->customer);
    to->done[TPCC_NEW]++;
    to->lines += r->lines;
    to->ordered += amount;
    to->total += tpcc_total(amount, customer.discount, warehouse.tax, district.tax);
}

void tpcc_expect(struct tpcc_tally *to, const struct tpcc_scale *scale,
                 const struct tpcc_request *request)
{
    if (request->kind == TPCC_NEW) {
        expect_new_order(to, scale, request);
        return;
    }
    to->done[request->kind]++;
    to->paid += request->kind == TPCC_PAYMENT ? request->amount : 0;
}

bool tpcc_is_expected(const struct tpcc_tally *tally, const struct tpcc_tally *expected)
{
    for (unsigned k = 0; k < TPCC_KINDS; k++)
        if (tally->done[k] != expected->done[k])
            return false;
    return tally->rolled_back == expected->rolled_back && tally->lines == expected->lines &&
           tally->quantity == expected->quantity && tally->ordered == expected->ordered &&
           tally->total == expected->total && tally->paid == expected->paid && tally->wrong == 0;
}
