/* tpcc.h: a subset of TPC-C (TPC Benchmark C, revision 5.11) on the store: its nine tables, and the
 * transactions New-Order, Payment, Order-Status and Stock-Level. Clauses are those of its text.
 *
 * Money is counted in cents, taxes and discounts in hundredths of a percent: all sums are exact. */
#ifndef BENCH_DB_TPCC_H
#define BENCH_DB_TPCC_H

#include "gates.h" /* [interleaved] */
#include "store.h"

/* ---- Tables ---------------------------------------------------------------------------------- */

enum tpcc_table {
    TPCC_WAREHOUSE,
    TPCC_DISTRICT,
    TPCC_CUSTOMER, /* with an index by warehouse, district and last name */
    TPCC_HISTORY,
    TPCC_NEW_ORDER,
    TPCC_ORDERS, /* with an index by customer, the latest order first */
    TPCC_ORDER_LINE,
    TPCC_ITEM,
    TPCC_STOCK,
    TPCC_TABLES
};

enum {
    TPCC_DISTRICTS = 10, /* of a warehouse */
    TPCC_LINES = 15,     /* of an order, at most; 5 at least */
    TPCC_DATA = 500,     /* bytes of a customer's C_DATA */
    TPCC_NAME = 16,      /* of a name */
    TPCC_MOST_WAREHOUSES = 1000,
    TPCC_MOST_CUSTOMERS = 3000,
    TPCC_MOST_ITEMS = 100000,
    TPCC_MOST_ORDERS = 1 << 24, /* of a district */
    /* Customers of a district with one last name: 75 are the most of 3000, as clause 4.3.2.3 draws
     * them. */
    TPCC_NAMESAKES = 256,
};

/* Clause 1.2.1, where there are 3000 customers and 100000 items; less is for tests. */
struct tpcc_scale {
    unsigned warehouses;
    unsigned customers; /* of a district, each with an order; 10 at least */
    unsigned items;     /* each with a stock in each warehouse */
};

/* Rows have the columns of clause 1.3, in some order and without ends of texts. What isn't there is
 * 0: carriers and dates of delivery. Dates are in seconds. */
struct tpcc_address {
    char street_1[20], street_2[20], city[20], state[2], zip[9];
};

struct tpcc_warehouse {
    int64_t ytd;
    uint32_t tax;
    uint16_t id;
    char name[10];
    struct tpcc_address address;
};

struct tpcc_district {
    int64_t ytd;
    uint32_t next_order, tax;
    uint16_t warehouse;
    uint8_t id;
    char name[10];
    struct tpcc_address address;
};

struct tpcc_customer {
    int64_t balance, ytd_payment, credit_limit, since;
    uint32_t id, discount;
    uint16_t warehouse, payments, deliveries;
    uint8_t district;
    char first[TPCC_NAME], middle[2], last[TPCC_NAME];
    struct tpcc_address address;
    char phone[16], credit[2], data[TPCC_DATA];
};

/* It has no key in TPC-C; here, a number. */
struct tpcc_history {
    int64_t date, amount;
    uint32_t customer;
    uint16_t customer_warehouse, warehouse;
    uint8_t customer_district, district;
    char data[24];
};

struct tpcc_new_order {
    uint32_t order;
    uint16_t warehouse;
    uint8_t district;
};

struct tpcc_order {
    int64_t entered;
    uint32_t id, customer;
    uint16_t warehouse;
    uint8_t district, carrier, lines, is_local;
};

struct tpcc_order_line {
    int64_t delivered;
    uint32_t order, item, amount;
    uint16_t warehouse, supplier;
    uint8_t district, number, quantity;
    char info[24];
};

struct tpcc_item {
    uint32_t id, image, price;
    char name[24], data[50];
};

struct tpcc_stock {
    uint32_t item, ytd;
    uint16_t warehouse;
    int16_t quantity;
    uint16_t orders, remote_orders;
    char info[TPCC_DISTRICTS][24], data[50];
};

/* Keys are these numbers, with the highest byte first: all fit into one slice of the index. Numbers
 * count from 1 on; what a table's key doesn't have is 0. */
static inline uint64_t tpcc_key(unsigned warehouse, unsigned district, uint32_t number,
                                unsigned line)
{
    return (uint64_t)warehouse << 48 | (uint64_t)district << 40 | (uint64_t)number << 8 | line;
}

/* In the index of orders, likewise. */
static inline uint64_t tpcc_customer_order(unsigned warehouse, unsigned district, uint32_t customer,
                                           uint32_t order)
{
    return (uint64_t)warehouse << 48 | (uint64_t)district << 40 | (uint64_t)customer << 24 |
           (TPCC_MOST_ORDERS - 1 - order);
}

/* ---- The database ---------------------------------------------------------------------------- */

struct tpcc_version;

struct tpcc {
    struct tpcc_scale scale;
    struct store store;
    struct store_table *table[TPCC_TABLES];
};

/* Makes the tables. 0, or an error number; then there is nothing to destroy. */
int tpcc_init(struct tpcc *db, const struct tpcc_scale *scale, const struct db_memory *memory);
void tpcc_destroy(struct tpcc *db);

/* A row to insert. */
struct tpcc_row {
    struct store_table *table;
    uint64_t key;
    const void *value;
    uint32_t length;
};

/* The first rows (clause 4.3), always the same. False: no memory. */
bool tpcc_load(struct tpcc *db, const struct tpcc_version *with, struct store_worker *worker);

/* The first row of a key that is there; nothing in it depends on other rows. */
void tpcc_make_warehouse(struct tpcc_warehouse *row, const struct tpcc_scale *scale, unsigned id);
void tpcc_make_district(struct tpcc_district *row, const struct tpcc_scale *scale,
                        unsigned warehouse, unsigned id);
void tpcc_make_customer(struct tpcc_customer *row, const struct tpcc_scale *scale,
                        unsigned warehouse, unsigned district, unsigned id);
void tpcc_make_item(struct tpcc_item *row, unsigned id);
void tpcc_make_stock(struct tpcc_stock *row, unsigned warehouse, unsigned item);

/* Orders up to this one were delivered before. */
static inline unsigned tpcc_delivered(const struct tpcc_scale *scale)
{
    return scale->customers - scale->customers * 3 / 10;
}

/* Clause 4.3.2.3: the last name of a number below 1000, filled up with zeros. */
void tpcc_last_name(char name[TPCC_NAME], unsigned number);

/* ---- Requests -------------------------------------------------------------------------------- */

enum tpcc_kind { TPCC_NEW, TPCC_PAYMENT, TPCC_STATUS, TPCC_LEVEL, TPCC_KINDS };

extern const char *const tpcc_kind_names[TPCC_KINDS];

/* What a terminal sends. */
struct tpcc_request {
    enum tpcc_kind kind;
    uint16_t warehouse; /* the home */
    uint8_t district;
    bool is_by_name;             /* the customer; not in New-Order */
    uint16_t customer_warehouse; /* of Payment, where it may be another one */
    uint8_t customer_district;
    uint8_t lines;     /* of New-Order */
    uint32_t customer; /* its number, or that of its name */
    uint32_t amount;   /* of Payment */
    uint32_t threshold;
    struct {
        uint32_t item; /* TPCC_UNUSED in the last line: New-Order is rolled back */
        uint16_t supplier;
        uint8_t quantity;
    } line[TPCC_LINES];
};
#define TPCC_UNUSED UINT32_MAX

/* Of this kind (clauses 2.4.1, 2.5.1, 2.6.1, 2.8.1); TPCC_KINDS: of one that is drawn from the mix,
 * 45 to 43 to 4 to 4 parts of 96. */
struct tpcc_request tpcc_draw(const struct tpcc_scale *scale, unsigned kind, uint64_t *state);

/* What transactions have come to. */
struct tpcc_tally {
    /* Known before, of requests that were all done: the same in all versions. */
    uint64_t done[TPCC_KINDS]; /* committed */
    uint64_t rolled_back;      /* New-Orders, as was wanted */
    uint64_t lines, quantity;  /* of new orders */
    int64_t ordered, total;    /* OL_AMOUNT of their lines; and with discounts and taxes */
    int64_t paid;
    /* What depends on others. */
    uint64_t seen;  /* a sum over what Order-Status and Stock-Level have told */
    uint64_t wrong; /* rows that must be there and aren't, or aren't as they must be */
};

void tpcc_add_tally(struct tpcc_tally *to, const struct tpcc_tally *tally);

/* Adds what is known of a request before it is done. */
void tpcc_expect(struct tpcc_tally *to, const struct tpcc_scale *scale,
                 const struct tpcc_request *request);

/* Whether what is known before is the same in both, and nothing is wrong. */
bool tpcc_is_expected(const struct tpcc_tally *tally, const struct tpcc_tally *expected);

/* Cents, rounded up, that an order costs: clause 2.4.2.2. */
static inline int64_t tpcc_total(int64_t amount, uint32_t discount, uint32_t warehouse_tax,
                                 uint32_t district_tax)
{
    const int64_t one = 10000;
    int64_t exact =
        amount * (one - discount) * (one + warehouse_tax + district_tax); /* below 2^53 */
    return (exact + one * one - 1) / (one * one);
}

/* ---- Transactions, in each of the ways in which the layers are compiled, and flattened by hand */

/* What a transaction under way needs beside its frame. */
struct tpcc_task {
    struct tpcc_task *next; /* of those that are free */
    struct tpcc_job *job;
    struct store_txn *txn;
    struct gates_pass pass;  /* [interleaved] */
    struct tpcc_tally tally; /* of this attempt */
    union {                  /* a row that is being written */
        struct tpcc_warehouse warehouse;
        struct tpcc_district district;
        struct tpcc_customer customer;
        struct tpcc_history history;
        struct tpcc_new_order new_order;
        struct tpcc_order order;
        struct tpcc_order_line line;
        struct tpcc_stock stock;
    } row;
    /* What a scan has found. */
    struct store_scan scan;
    uint64_t end; /* the first key that is not wanted */
    unsigned count;
    union {
        const struct tpcc_customer *customer[TPCC_NAMESAKES];
        const struct tpcc_order *order;
        uint32_t item[20 * TPCC_LINES];
    } found;
    uint32_t order, line; /* the last that was found, and its last line */
};

/* Transactions to do, on a worker that isn't pinned. */
struct tpcc_job {
    struct tpcc *db;
    struct store_worker *worker;
    const struct tpcc_request *requests;
    size_t count, group;
    struct tpcc_task **free; /* as many as are in flight */
    struct gates *gates;     /* [interleaved] the worker's; NULL: homes aren't kept apart */
    uint64_t *history;       /* the worker's: the last key of a row of history that it has made */
    int64_t date;            /* in seconds: when these transactions are done */
    double *micros;          /* how long each transaction took; NULL: nobody wants to know */
    /* What it has come to. */
    struct tpcc_tally tally;      /* of what was committed */
    uint64_t refused[TPCC_KINDS]; /* conflicts, after each of which a transaction was done again */
    uint64_t waited[TPCC_KINDS];  /* [interleaved] transactions that didn't begin at once */
    bool has_failed;              /* no memory */
};

struct tpcc_version {
    const char *name;
    void (*run)(struct tpcc_job *job);
    /* Inserts rows, whose keys are new, in several transactions of a worker that isn't pinned.
     * False: no memory. */
    bool (*insert)(struct store_worker *worker, const struct tpcc_row *rows, size_t count);
    /* By the index of this number, or -1, the primary one; the worker is pinned. */
    void (*scan)(struct store_txn *txn, struct store_table *table, int index,
                 struct store_scan *scan);
    enum store_status (*commit)(struct store_txn *txn);
};

extern const struct tpcc_version tpcc_sequential, tpcc_linked, tpcc_inlined, tpcc_two_level;

/* ---- Consistency ----------------------------------------------------------------------------- */

/* Sums over all rows of a snapshot. */
struct tpcc_totals {
    uint64_t orders, lines, quantity; /* new ones: since the load */
    int64_t ordered, paid;            /* the same */
};

/* Whether a snapshot is consistent: NULL, or a static text that tells the condition that isn't met;
 * or that there is no memory for it. It holds those of clauses 3.3.2.1 to 3.3.2.12, as there is no
 * Delivery, and more: that each stock has given what the lines of orders have taken from it, that
 * customers have paid as often as the history tells, and that secondary indexes lead to all rows.
 *
 * The worker isn't pinned, and other workers may be busy. */
const char *tpcc_audit(const struct tpcc *db, const struct tpcc_version *with,
                       struct store_worker *worker, struct tpcc_totals *totals);

/* Whether a snapshot's totals are what transactions have come to since the load. */
bool tpcc_agrees(const struct tpcc_totals *totals, const struct tpcc_tally *tally);

#endif
