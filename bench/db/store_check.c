/* store_check.c: one version of the store, held against what transactions under snapshot isolation
 * must see: by hand, at random one by one and interleaved, without memory, and in threads.
 *
 *     store_check             one thread, with memory and without
 *     store_check threads     threads
 *     store_check turns       two threads by turns, if compiled with -DMASSTREE_SHAKE
 *
 * Says the same for all versions. Exit status 1: something is wrong. */
#include <stdio.h>

#include "history.h"
#include "store_record.h"

#ifndef VERSION
#define VERSION store_inlined
#endif
#include "check_masstree.h"
#include "turns.h"

/* ---- Keys and values ------------------------------------------------------------------------- */

enum { KEYS = 48, MAX_KEY = 20, MAX_VALUE = 120 };

static unsigned char key_bytes[KEYS][MAX_KEY];

/* In order; some share their first slices. */
static struct masstree_key key_of(size_t k)
{
    return (struct masstree_key){key_bytes[k], k % 3 == 2 ? MAX_KEY : 8};
}

static void make_keys(void)
{
    for (size_t k = 0; k < KEYS; k++) {
        key_bytes[k][0] = (unsigned char)(k / 3);
        key_bytes[k][7] = (unsigned char)(k % 3 > 0);
        key_bytes[k][MAX_KEY - 1] = 1;
    }
}

static size_t number_of_key(struct masstree_key key)
{
    size_t k = 0;
    while (k < KEYS &&
           (key_of(k).length != key.length || memcmp(key_of(k).bytes, key.bytes, key.length) != 0))
        k++;
    expect(k < KEYS, "a key that nobody has inserted");
    return k;
}

/* A value begins with its number; the bytes behind tell its length. */
static void make_value(unsigned char *value, uint64_t number, size_t length)
{
    memset(value, (int)length, length);
    memcpy(value, &number, sizeof number);
}

static uint64_t number_in(store_result result)
{
    uint64_t number;
    const unsigned char *bytes = result.value;
    expect(result.status == STORE_OK && result.length >= sizeof number, "a value's length");
    for (size_t k = sizeof number; k < result.length; k++)
        expect(bytes[k] == (unsigned char)result.length, "a value's bytes");
    memcpy(&number, bytes, sizeof number);
    return number;
}

/* By one index there are eight kinds of values; by the other one some have no entry. */
static size_t extract_class(const void *value, size_t length, unsigned char *key)
{
    (void)length;
    uint64_t number;
    memcpy(&number, value, sizeof number);
    key[0] = (unsigned char)(number % HISTORY_CLASSES);
    return 1;
}

static size_t extract_length(const void *value, size_t length, unsigned char *key)
{
    (void)value;
    memset(key, 7, length);
    return length % 2 ? STORE_NO_ENTRY : length;
}

static store_extract *const extracts[] = {extract_class, extract_length};

/* ---- A store --------------------------------------------------------------------------------- */

struct beside {
    struct store store;
    struct store_worker worker;
    struct store_table *table;
};

static void set_up(struct beside *b)
{
    expect(store_init(&b->store, &counted) == 0, "store_init");
    b->table = store_add_table(&b->store, extracts, 2);
    expect(b->table != NULL, "store_add_table");
    expect(store_join(&b->store, &b->worker) == 0, "store_join");
}

static void tear_down(struct beside *b)
{
    store_leave(&b->worker);
    store_destroy(&b->store);
    expect(blocks == 0, "blocks are lost");
}

static void run(struct store_worker *worker, struct store_transaction *transactions, size_t count,
                size_t group)
{
    VERSION.run(&(struct store_job){
        .worker = worker, .transactions = transactions, .count = count, .group = group});
}

/* ---- By hand --------------------------------------------------------------------------------- */

static struct store_operation operation_on(struct beside *b, enum store_kind kind, size_t key,
                                           uint64_t number)
{
    enum { VALUES = 16, LENGTH = 16 };
    static unsigned char values[VALUES][LENGTH]; /* of the latest ones */
    static unsigned next;
    unsigned char *value = values[next++ % VALUES];
    make_value(value, number, LENGTH);
    return (struct store_operation){.kind = kind,
                                    .table = b->table,
                                    .key = key_of(key),
                                    .index = -1,
                                    .value = value,
                                    .length = LENGTH,
                                    .number = number};
}

static enum store_status write_by(struct store_txn *txn, struct beside *b, enum store_kind kind,
                                  size_t key, uint64_t number)
{
    struct store_operation operation = operation_on(b, kind, key, number);
    return VERSION.operate(txn, &operation);
}

/* 0: there is none. */
static uint64_t read_by(struct store_txn *txn, struct beside *b, size_t key)
{
    struct store_operation operation = operation_on(b, STORE_GET, key, 0);
    enum store_status status = VERSION.operate(txn, &operation);
    expect(status == STORE_OK || status == STORE_MISSING, "a read's status");
    return status == STORE_OK ? operation.number : 0;
}

struct sum {
    uint64_t values, count, most;
};

static bool add_up(void *context, struct masstree_key key, store_result result)
{
    struct sum *sum = context;
    (void)key;
    sum->values += number_in(result);
    return ++sum->count < sum->most;
}

/* By an index, from a key on; -1: the primary one. */
static struct sum scan_by(struct store_txn *txn, struct beside *b, int index,
                          struct masstree_key from, bool is_exact, uint64_t most)
{
    static struct store_scan scan;
    struct sum sum = {.most = most};
    struct store_operation operation = operation_on(b, STORE_SCAN, 0, 0);
    scan.from = from;
    scan.is_exact = is_exact;
    scan.visit = add_up;
    scan.context = &sum;
    operation.index = index;
    operation.scan = &scan;
    expect(VERSION.operate(txn, &operation) == STORE_OK && scan.count == sum.count, "a scan");
    return sum;
}

static struct sum scan_class(struct store_txn *txn, struct beside *b, unsigned char class)
{
    return scan_by(txn, b, 0, (struct masstree_key){&class, 1}, true, UINT64_MAX);
}

static struct store_txn *begin(struct beside *b)
{
    struct store_txn *txn = store_begin(&b->worker);
    expect(txn != NULL, "store_begin");
    return txn;
}

static void commit(struct store_txn *txn)
{
    expect(VERSION.commit(txn) == STORE_OK, "a commit");
}

/* Keys 0 to count - 1 with the values 10, 20 and so on. */
static void fill(struct beside *b, size_t count)
{
    struct store_txn *txn = begin(b);
    for (size_t k = 0; k < count; k++)
        expect(write_by(txn, b, STORE_INSERT, k, 10 * (k + 1)) == STORE_OK, "an insert");
    commit(txn);
}

static void see_snapshots(struct beside *b)
{
    fill(b, 3);
    struct store_txn *old = begin(b), *txn = begin(b);
    expect(write_by(txn, b, STORE_UPDATE, 0, 11) == STORE_OK, "an update");
    expect(write_by(txn, b, STORE_DELETE, 1, 0) == STORE_OK, "a deletion");
    expect(write_by(txn, b, STORE_INSERT, 3, 40) == STORE_OK, "an insert");
    expect(write_by(txn, b, STORE_ADD, 2, 5) == STORE_OK, "an addition");
    expect(read_by(txn, b, 0) == 11 && read_by(txn, b, 1) == 0 && read_by(txn, b, 2) == 35 &&
               read_by(txn, b, 3) == 40,
           "own writes");
    expect(scan_by(txn, b, -1, key_of(0), false, UINT64_MAX).values == 86, "a scan of own writes");
    expect(read_by(old, b, 0) == 10 && read_by(old, b, 3) == 0, "what isn't committed is seen");
    commit(txn);
    expect(read_by(old, b, 0) == 10 && read_by(old, b, 1) == 20 && read_by(old, b, 2) == 30 &&
               read_by(old, b, 3) == 0,
           "a snapshot");
    expect(scan_by(old, b, -1, key_of(0), false, UINT64_MAX).values == 60, "a scan of a snapshot");
    expect(scan_by(old, b, -1, key_of(1), false, 1).values == 20, "a scan from within");
    commit(old);
    txn = begin(b);
    expect(scan_by(txn, b, -1, key_of(0), false, UINT64_MAX).values == 86, "a new snapshot");
    commit(txn);
}

static void refuse_lost_updates(struct beside *b)
{
    fill(b, 2);
    struct store_txn *one = begin(b), *two = begin(b), *three = begin(b), *four = begin(b);
    expect(write_by(one, b, STORE_ADD, 0, 1) == STORE_OK, "the first addition");
    expect(write_by(two, b, STORE_ADD, 0, 1) == STORE_CONFLICT, "beside one that isn't committed");
    expect(VERSION.commit(two) == STORE_CONFLICT, "a commit behind a conflict");
    commit(one);
    expect(write_by(three, b, STORE_ADD, 0, 1) == STORE_CONFLICT, "beside one that is committed");
    VERSION.abort(three);
    expect(write_by(four, b, STORE_DELETE, 0, 0) == STORE_CONFLICT, "a deletion beside it");
    VERSION.abort(four);
    one = begin(b);
    expect(read_by(one, b, 0) == 11, "no addition is lost");
    commit(one);
}

static void allow_write_skew(struct beside *b)
{
    fill(b, 2);
    struct store_txn *one = begin(b), *two = begin(b);
    expect(read_by(one, b, 1) == 20 && read_by(two, b, 0) == 10, "what both read");
    expect(write_by(one, b, STORE_UPDATE, 0, 1) == STORE_OK, "one write");
    expect(write_by(two, b, STORE_UPDATE, 1, 2) == STORE_OK, "the other write");
    commit(one);
    commit(two);
}

static void undo(struct beside *b)
{
    fill(b, 3);
    struct store_txn *txn = begin(b);
    expect(write_by(txn, b, STORE_UPDATE, 0, 11) == STORE_OK, "an update");
    expect(write_by(txn, b, STORE_UPDATE, 0, 12) == STORE_OK, "another one");
    expect(write_by(txn, b, STORE_DELETE, 1, 0) == STORE_OK, "a deletion");
    expect(write_by(txn, b, STORE_INSERT, 1, 21) == STORE_OK, "an insert behind it");
    expect(write_by(txn, b, STORE_INSERT, 3, 40) == STORE_OK, "an insert");
    expect(write_by(txn, b, STORE_DELETE, 3, 0) == STORE_OK, "a deletion behind it");
    expect(write_by(txn, b, STORE_INSERT, 4, 50) == STORE_OK, "another insert");
    expect(read_by(txn, b, 0) == 12 && read_by(txn, b, 1) == 21 && read_by(txn, b, 3) == 0,
           "what was written twice");
    VERSION.abort(txn);
    txn = begin(b);
    expect(scan_by(txn, b, -1, key_of(0), false, UINT64_MAX).values == 60, "an abort");
    expect(scan_class(txn, b, 21 % 8).count == 0 && scan_class(txn, b, 20 % 8).values == 20,
           "entries after an abort");
    expect(write_by(txn, b, STORE_INSERT, 4, 51) == STORE_OK, "an insert after an abort");
    commit(txn);
}

static void insert_and_delete(struct beside *b)
{
    fill(b, 1);
    struct store_txn *old = begin(b), *txn = begin(b);
    expect(write_by(txn, b, STORE_INSERT, 0, 1) == STORE_EXISTS, "an insert of what is there");
    expect(write_by(txn, b, STORE_UPDATE, 5, 1) == STORE_MISSING, "an update of nothing");
    expect(write_by(txn, b, STORE_DELETE, 5, 1) == STORE_MISSING, "a deletion of nothing");
    expect(write_by(txn, b, STORE_DELETE, 0, 0) == STORE_OK, "a deletion");
    expect(write_by(txn, b, STORE_UPDATE, 0, 1) == STORE_MISSING, "an update behind a deletion");
    commit(txn);
    expect(write_by(old, b, STORE_INSERT, 0, 7) == STORE_CONFLICT, "an insert in an old snapshot");
    VERSION.abort(old);
    txn = begin(b), old = begin(b);
    expect(write_by(txn, b, STORE_INSERT, 0, 12) == STORE_OK, "an insert behind a deletion");
    expect(write_by(old, b, STORE_INSERT, 0, 13) == STORE_CONFLICT, "two inserts");
    VERSION.abort(old);
    commit(txn);
    txn = begin(b), old = begin(b);
    expect(write_by(txn, b, STORE_INSERT, 9, 1) == STORE_OK, "an insert of a new key");
    expect(write_by(old, b, STORE_INSERT, 9, 2) == STORE_CONFLICT, "two inserts of a new key");
    VERSION.abort(txn);
    VERSION.abort(old);
    txn = begin(b);
    expect(read_by(txn, b, 0) == 12 && read_by(txn, b, 9) == 0, "what is left");
    commit(txn);
}

static void follow_indexes(struct beside *b)
{
    fill(b, 20);
    struct store_txn *old = begin(b), *txn = begin(b);
    expect(scan_class(old, b, 4).values == 20 + 60 + 100 + 140 + 180, "an index");
    expect(write_by(txn, b, STORE_UPDATE, 1, 28) == STORE_OK, "an update, the class is the same");
    expect(write_by(txn, b, STORE_UPDATE, 5, 61) == STORE_OK, "an update, it is another one");
    expect(write_by(txn, b, STORE_DELETE, 9, 0) == STORE_OK, "a deletion");
    expect(write_by(txn, b, STORE_UPDATE, 0, 12) == STORE_OK, "an update to the class");
    expect(write_by(txn, b, STORE_UPDATE, 5, 62) == STORE_OK, "away again");
    expect(write_by(txn, b, STORE_UPDATE, 5, 68) == STORE_OK, "and back");
    uint64_t values = 12 + 28 + 68 + 140 + 180;
    expect(scan_class(txn, b, 4).values == values, "an index with own writes");
    expect(scan_class(txn, b, 61 % 8).count == 0, "an entry that is gone");
    expect(scan_class(old, b, 4).values == 20 + 60 + 100 + 140 + 180, "an index, uncommitted");
    commit(txn);
    expect(scan_class(old, b, 4).values == 20 + 60 + 100 + 140 + 180, "an index of a snapshot");
    expect(scan_by(old, b, 1, (struct masstree_key){key_bytes[0], 0}, false, UINT64_MAX).count ==
               20,
           "the other index");
    commit(old);
    VERSION.collect(&b->worker);
    txn = begin(b);
    expect(scan_class(txn, b, 4).values == values, "an index without what was reclaimed");
    expect(scan_by(txn, b, 0, (struct masstree_key){key_bytes[0], 0}, false, UINT64_MAX).count ==
               19,
           "all of an index");
    commit(txn);
}

static void keep_limits(struct beside *b)
{
    static unsigned char keys[STORE_MAX_WRITES + 1][2], longest[MASSTREE_MAX_KEY + 1];
    struct store_txn *txn = begin(b);
    for (unsigned k = 0; k <= STORE_MAX_WRITES; k++) {
        struct store_operation insert = operation_on(b, STORE_INSERT, 0, k + 1);
        keys[k][0] = 1 + (unsigned char)k;
        insert.key = (struct masstree_key){keys[k], 2};
        enum store_status wanted = k < STORE_MAX_WRITES ? STORE_OK : STORE_TOO_LARGE;
        expect(VERSION.operate(txn, &insert) == wanted, "the number of writes");
    }
    expect(VERSION.commit(txn) == STORE_TOO_LARGE, "a commit of too much");
    txn = begin(b);
    expect(scan_by(txn, b, -1, key_of(0), false, UINT64_MAX).count == 0, "too much is undone");
    for (unsigned k = 0; k < 3; k++) {
        struct store_operation insert = operation_on(b, STORE_INSERT, 0, k + 1);
        insert.key = (struct masstree_key){longest + k, MASSTREE_MAX_KEY};
        longest[0] = 1;
        longest[MASSTREE_MAX_KEY] = 2;
        expect(VERSION.operate(txn, &insert) == (k < 2 ? STORE_OK : STORE_TOO_LARGE), "long keys");
        if (k == 1)
            expect(scan_by(txn, b, -1, key_of(0), false, UINT64_MAX).count == 2, "their scan");
    }
    VERSION.abort(txn);
    struct store_operation insert = operation_on(b, STORE_INSERT, 0, 1);
    insert.key = (struct masstree_key){longest, sizeof longest};
    txn = begin(b);
    expect(VERSION.operate(txn, &insert) == STORE_TOO_LARGE, "the longest key");
    VERSION.abort(txn);
}

static void check_by_hand(void)
{
    static void (*const checks[])(struct beside *) = {
        see_snapshots,     refuse_lost_updates, allow_write_skew, undo,
        insert_and_delete, follow_indexes,      keep_limits,
    };
    for (unsigned k = 0; k < sizeof checks / sizeof *checks; k++) {
        struct beside b;
        set_up(&b);
        epoch_pin(&b.worker.epoch);
        checks[k](&b);
        epoch_unpin(&b.worker.epoch);
        tear_down(&b);
    }
    puts("by hand: as it must be");
}

/* ---- Reclaiming ------------------------------------------------------------------------------ */

static void collect(struct beside *b)
{
    for (unsigned k = 0; k < 4; k++) {
        epoch_pin(&b->worker.epoch);
        VERSION.collect(&b->worker);
        epoch_unpin(&b->worker.epoch);
        epoch_collect(&b->worker.epoch);
    }
}

/* Each commit of an update replaces a version, each deletion a record. */
static void check_reclaiming(void)
{
    enum { ROUNDS = 2000, FEW = 700 };
    struct beside b;
    set_up(&b);
    size_t least = blocks;
    for (unsigned k = 0; k < ROUNDS; k++) {
        struct store_operation operations[] = {
            operation_on(&b, STORE_INSERT, k % 5, k + 1), operation_on(&b, STORE_UPDATE, 9, k + 1),
            operation_on(&b, STORE_INSERT, 9, k + 1), operation_on(&b, STORE_DELETE, k % 5, 0)};
        struct store_operation undone[] = {
            operation_on(&b, STORE_INSERT, 11, k + 1), operation_on(&b, STORE_UPDATE, 11, k + 2),
            operation_on(&b, STORE_ADD, 11, HISTORY_CLASSES), operation_on(&b, STORE_UPDATE, 9, k)};
        struct store_transaction transactions[] = {
            {.operations = operations, .count = 3},
            {.operations = undone, .count = 4, .is_unwanted = true},
            {.operations = operations + 3, .count = 1}};
        run(&b.worker, transactions, 3, 1);
        expect(transactions[0].status == STORE_OK && transactions[1].status == STORE_ABORTED &&
                   transactions[2].status == STORE_OK,
               "a round");
        expect(blocks < least + FEW && b.store.records < FEW, "garbage piles up");
    }
    struct store_operation delete = operation_on(&b, STORE_DELETE, 9, 0);
    run(&b.worker, &(struct store_transaction){.operations = &delete, .count = 1}, 1, 1);
    collect(&b);
    /* One transaction and the segment of the records stay; a tree had one node at the beginning. */
    size_t left = 2 + spine(&b.table->primary) - 1;
    for (unsigned k = 0; k < b.table->index_count; k++)
        left += spine(&b.table->index[k].tree) - 1;
    expect(blocks == least + left, "something is left in an empty store");
    tear_down(&b);

    /* An old snapshot keeps what it sees, and no more. */
    set_up(&b);
    epoch_pin(&b.worker.epoch);
    fill(&b, 1);
    struct store_txn *old = begin(&b);
    for (unsigned k = 0; k < 200; k++) {
        struct store_txn *txn = begin(&b);
        expect(write_by(txn, &b, STORE_UPDATE, 0, k + 1) == STORE_OK, "an update");
        commit(txn);
    }
    expect(read_by(old, &b, 0) == 10, "a snapshot while others collect");
    commit(old);
    epoch_unpin(&b.worker.epoch);
    tear_down(&b);
    puts("what nobody sees is reclaimed");
}

/* ---- At random ------------------------------------------------------------------------------- */

enum { BATCHES = 40, BATCH = 60, MOST_OPERATIONS = 6, MOST_MET = KEYS };

/* What a scan has met. */
struct met {
    size_t count;
    size_t key[MOST_MET + 1];
    uint64_t number[MOST_MET + 1];
    size_t most;
};

struct drawn {
    struct store_transaction transaction;
    struct store_operation operation[MOST_OPERATIONS];
    unsigned char value[MOST_OPERATIONS][MAX_VALUE];
    unsigned char class;
    struct store_scan scan;
    struct met met;
};

static bool meet(void *context, struct masstree_key key, store_result result)
{
    struct met *met = context;
    met->number[met->count] = number_in(result);
    met->key[met->count] = number_of_key(key);
    return ++met->count < met->most;
}

/* The key of the record is in its number. */
static bool meet_class(void *context, struct masstree_key key, store_result result)
{
    struct met *met = context;
    uint64_t number = number_in(result);
    expect(key.length == 1 && key.bytes[0] == number % HISTORY_CLASSES, "an entry");
    met->number[met->count] = number;
    met->key[met->count] = number >> 8 & 63;
    return ++met->count < met->most;
}

/* Numbers have their key in bits 8 to 13, which additions leave alone. */
static uint64_t draw_number(size_t key, uint64_t *state)
{
    return (bench_random(state) << 16 | (uint64_t)key << 8 | bench_below(state, 255)) | 1 << 15;
}

static enum store_kind draw_kind(uint64_t percent)
{
    return percent < 35   ? STORE_GET
           : percent < 55 ? STORE_INSERT
           : percent < 75 ? STORE_UPDATE
           : percent < 88 ? STORE_DELETE
                          : STORE_ADD;
}

static void draw_scan(struct drawn *d, struct store_operation *o, size_t key, uint64_t *state)
{
    o->kind = STORE_SCAN;
    o->scan = &d->scan;
    o->index = bench_below(state, 2) ? 0 : -1;
    d->class = (unsigned char)bench_below(state, HISTORY_CLASSES);
    d->scan.from = o->index < 0 ? key_of(key) : (struct masstree_key){&d->class, 1};
    d->scan.is_exact = o->index >= 0;
    d->scan.visit = o->index < 0 ? meet : meet_class;
    d->scan.context = &d->met;
    d->met = (struct met){.most = o->index < 0 ? 1 + bench_below(state, 30) : MOST_MET};
}

static void draw(struct drawn *d, struct store_table *table, uint64_t *state)
{
    size_t count = 1 + bench_below(state, MOST_OPERATIONS);
    for (size_t k = 0; k < count; k++) {
        size_t key = bench_below(state, KEYS);
        uint64_t number = draw_number(key, state);
        enum store_kind kind = draw_kind(bench_below(state, 100));
        size_t length = sizeof number + bench_below(state, MAX_VALUE - sizeof number);
        make_value(d->value[k], number, length);
        d->operation[k] =
            (struct store_operation){.kind = kind,
                                     .table = table,
                                     .key = key_of(key),
                                     .value = d->value[k],
                                     .length = (uint32_t)length,
                                     .number = kind == STORE_ADD ? (uint64_t)1 << 16 : number};
        if (k + 1 == count && bench_below(state, 4) == 0)
            draw_scan(d, &d->operation[k], key, state);
    }
    d->transaction = (struct store_transaction){
        .operations = d->operation, .count = count, .is_unwanted = bench_below(state, 10) == 0};
}

static void add_event(struct history *h, enum history_kind kind, size_t key, uint64_t value)
{
    h->events[h->event_count++] = (struct history_event){kind, key, value};
}

/* Of a primary index, what it has passed and not met isn't there. */
static void add_scan(struct history *h, const struct store_operation *o, const struct met *met,
                     unsigned char class)
{
    bool seen[KEYS] = {false};
    for (size_t k = 0; k < met->count; k++) {
        expect(!seen[met->key[k]], "a scan meets a record twice");
        expect(o->index >= 0 || k == 0 || met->key[k - 1] < met->key[k], "a scan's order");
        seen[met->key[k]] = true;
        add_event(h, HISTORY_READ, met->key[k], met->number[k]);
    }
    size_t first = o->index < 0 ? number_of_key(o->key) : 0;
    size_t end = o->index < 0 && met->count == met->most ? met->key[met->count - 1] : KEYS;
    for (size_t k = first; k < end; k++)
        if (!seen[k])
            add_event(h, o->index < 0 ? HISTORY_READ : HISTORY_OUTSIDE, k,
                      o->index < 0 ? 0 : class);
}

static uint64_t written_by(const struct store_operation *o)
{
    uint64_t number;
    memcpy(&number, o->value, sizeof number);
    return number;
}

static void add_operation(struct history *h, const struct drawn *d, const struct store_operation *o)
{
    if (o->kind == STORE_SCAN) {
        add_scan(h, o, &d->met, d->class);
        return;
    }
    size_t key = number_of_key(o->key);
    if (o->status == STORE_MISSING)
        add_event(h, HISTORY_READ, key, 0);
    else if (o->status == STORE_EXISTS)
        add_event(h, HISTORY_PRESENT, key, 0);
    else if (o->kind == STORE_GET)
        add_event(h, HISTORY_READ, key, o->number);
    else
        add_event(h, o->kind == STORE_INSERT ? HISTORY_READ : HISTORY_PRESENT, key, 0);
    if (o->kind == STORE_ADD && o->status == STORE_OK)
        add_event(h, HISTORY_READ, key, o->number);
    if (o->kind != STORE_GET && o->status == STORE_OK)
        add_event(h, HISTORY_WRITE, key,
                  o->kind == STORE_DELETE ? 0
                  : o->kind == STORE_ADD  ? o->number + ((uint64_t)1 << 16)
                                          : written_by(o));
}

/* What a transaction has seen, if something; the number of those that were refused. */
static unsigned add_transaction(struct history *h, const struct drawn *d)
{
    const struct store_transaction *t = &d->transaction;
    h->txns[h->txn_count++] = (struct history_txn){.begin = t->begin,
                                                   .commit = t->status == STORE_OK ? t->commit : 0,
                                                   .started = t->started,
                                                   .ended = t->ended,
                                                   .first = h->event_count};
    for (size_t k = 0; k < t->count && t->operations[k].status != STORE_CONFLICT; k++)
        add_operation(h, d, &t->operations[k]);
    h->txns[h->txn_count - 1].count = h->event_count - h->txns[h->txn_count - 1].first;
    expect(t->status == STORE_OK || t->status == STORE_CONFLICT || t->status == STORE_ABORTED,
           "a transaction's status");
    return t->status == STORE_CONFLICT;
}

/* One thread's transactions. */
struct thread {
    struct store *store;
    struct store_table *table;
    uint64_t *clock, state;
    size_t group;
    struct history history;
    unsigned refused;
};

static void make_history(struct history *h, size_t threads)
{
    size_t txns = threads * BATCHES * BATCH;
    *h = (struct history){.keys = KEYS,
                          .txns = allocate(txns, sizeof *h->txns),
                          .events =
                              allocate(txns * (3 * MOST_OPERATIONS + 2 * KEYS), sizeof *h->events)};
}

static void free_history(struct history *h)
{
    free(h->txns);
    free(h->events);
}

static void *work(void *argument)
{
    struct thread *t = argument;
    struct drawn *drawn = allocate(BATCH, sizeof *drawn);
    struct store_transaction *transactions = allocate(BATCH, sizeof *transactions);
    struct store_worker worker;
    expect(store_join(t->store, &worker) == 0, "store_join");
    start_together();
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        for (unsigned k = 0; k < BATCH; k++) {
            draw(&drawn[k], t->table, &t->state);
            transactions[k] = drawn[k].transaction;
        }
        VERSION.run(&(struct store_job){.worker = &worker,
                                        .transactions = transactions,
                                        .count = BATCH,
                                        .group = t->group,
                                        .clock = t->clock});
        for (unsigned k = 0; k < BATCH; k++) {
            drawn[k].transaction = transactions[k];
            t->refused += add_transaction(&t->history, &drawn[k]);
        }
    }
    store_leave(&worker);
    free(transactions);
    free(drawn);
    return NULL;
}

/* The store holds what the history has left. */
static void check_end(struct beside *b, const struct history *h)
{
    static struct drawn d;
    d.met = (struct met){.most = MOST_MET + 1};
    d.scan.from = key_of(0);
    d.scan.is_exact = false;
    d.scan.visit = meet;
    d.scan.context = &d.met;
    d.operation[0] = (struct store_operation){
        .kind = STORE_SCAN, .table = b->table, .index = -1, .scan = &d.scan};
    struct store_transaction scan = {.operations = d.operation, .count = 1};
    run(&b->worker, &scan, 1, 1);
    for (size_t k = 0, met = 0; k < KEYS; k++) {
        bool is_met = met < d.met.count && d.met.key[met] == k;
        expect(history_value(h, k) == (is_met ? d.met.number[met] : 0), "what is left");
        met += is_met;
    }
    collect(b);
    size_t entries = blocks;
    for (size_t k = 0; k < KEYS; k++) {
        struct store_operation delete = operation_on(b, STORE_DELETE, k, 0);
        run(&b->worker, &(struct store_transaction){.operations = &delete, .count = 1}, 1, 1);
    }
    collect(b);
    expect(blocks <= entries, "a deletion takes memory");
}

static void check_one_thread(void)
{
    for (unsigned g = 0; g < GROUPS; g++) {
        struct beside b;
        uint64_t clock = 0;
        set_up(&b);
        struct thread t = {.store = &b.store,
                           .table = b.table,
                           .clock = &clock,
                           .state = g + 1,
                           .group = groups[g]};
        make_history(&t.history, 1);
        work(&t);
        const char *wrong = history_check(&t.history);
        expect(!wrong, wrong);
        check_end(&b, &t.history);
#ifdef SEQUENTIAL
        expect(t.refused == 0, "one by one, some are refused");
#else
        expect((t.refused > 0) == (groups[g] > 1), "how many are refused");
        expect(t.refused < BATCHES * BATCH * 3 / 4, "too many are refused");
#endif
        free_history(&t.history);
        tear_down(&b);
        printf("%zu in flight: %d transactions are snapshot-isolated\n", groups[g],
               BATCHES * BATCH);
    }
}

/* ---- No memory ------------------------------------------------------------------------------- */

enum { PROGRAM = 60 }; /* transactions */

/* All that there is. */
static struct sum sum_of(struct beside *b)
{
    epoch_pin(&b->worker.epoch);
    struct store_txn *txn = begin(b);
    struct sum sum = scan_by(txn, b, -1, key_of(0), false, UINT64_MAX);
    for (unsigned char class = 0; class < HISTORY_CLASSES; class++) {
        struct sum part = scan_class(txn, b, class);
        sum.most -= part.values;
        sum.count -= part.count;
    }
    expect(sum.count == 0 && sum.values + sum.most == UINT64_MAX, "the index and the table differ");
    commit(txn);
    epoch_unpin(&b->worker.epoch);
    return sum;
}

/* A program of which allocation number `failing` fails: the transaction has not happened, and
 * succeeds the next time. False: it has fewer. */
static bool run_short_of(uint64_t failing, uint64_t *result)
{
    static struct drawn d, again;
    struct beside b;
    uint64_t state = 5;
    bool has_failed = false;
    set_up(&b);
    sum_of(&b); /* there is a transaction */
    to_fail = failing;
    for (unsigned k = 0; k < PROGRAM; k++) {
        draw(&d, b.table, &state);
        again = d;
        uint64_t before = sum_of(&b).values;
        run(&b.worker, &d.transaction, 1, 1);
        if (d.transaction.status == STORE_NO_MEMORY) {
            expect(to_fail == 0 && !has_failed, "no memory too often");
            expect(sum_of(&b).values == before, "something has happened without memory");
            has_failed = true;
            d = again;
            run(&b.worker, &d.transaction, 1, 1);
        }
        expect(d.transaction.status == (d.transaction.is_unwanted ? STORE_ABORTED : STORE_OK),
               "a transaction behind one without memory");
    }
    bool was_reached = to_fail == 0;
    to_fail = 0;
    expect(was_reached == has_failed, "a failure that nobody told");
    uint64_t sum = sum_of(&b).values;
    expect(failing == 1 || sum == *result, "the end behind a failure");
    *result = sum;
    tear_down(&b);
    return was_reached;
}

static void check_memory(void)
{
    uint64_t n = 1, result = 0;
    while (run_short_of(n, &result))
        n++;
    printf("%llu allocations, each of which may fail\n", (unsigned long long)n - 1);
    struct store store;
    for (n = 1; n <= 3; n++) {
        expect(store_init(&store, &counted) == 0, "store_init");
        to_fail = n;
        expect(!store_add_table(&store, extracts, 2), "a table without memory");
        store_destroy(&store);
        expect(blocks == 0, "blocks of a table are lost");
    }
    expect(store_init(&store, &counted) == 0, "store_init");
    struct store_worker worker;
    expect(store_join(&store, &worker) == 0, "store_join");
    to_fail = 1;
    expect(!store_begin(&worker), "a transaction without memory");
    store_leave(&worker);
    store_destroy(&store);
}

/* ---- Threads --------------------------------------------------------------------------------- */

enum { THREADS = 2 };

static void join_histories(struct history *all, const struct thread *threads)
{
    make_history(all, THREADS);
    for (unsigned t = 0; t < THREADS; t++) {
        const struct history *h = &threads[t].history;
        memcpy(all->txns + all->txn_count, h->txns, h->txn_count * sizeof *h->txns);
        memcpy(all->events + all->event_count, h->events, h->event_count * sizeof *h->events);
        for (size_t k = 0; k < h->txn_count; k++)
            all->txns[all->txn_count + k].first += all->event_count;
        all->txn_count += h->txn_count;
        all->event_count += h->event_count;
    }
}

static void check_random_threads(uint64_t seed)
{
    struct thread threads[THREADS];
    struct beside b;
    struct history all;
    uint64_t clock = 0;
    set_up(&b);
    for (unsigned t = 0; t < THREADS; t++) {
        threads[t] = (struct thread){.store = &b.store,
                                     .table = b.table,
                                     .clock = &clock,
                                     .state = seed * THREADS + t,
                                     .group = groups[(seed + t) % GROUPS]};
        make_history(&threads[t].history, 1);
    }
    run_threads(THREADS, work, threads, sizeof *threads);
    join_histories(&all, threads);
    const char *wrong = history_check(&all);
    expect(!wrong, wrong);
    check_end(&b, &all);
    for (unsigned t = 0; t < THREADS; t++)
        free_history(&threads[t].history);
    free_history(&all);
    tear_down(&b);
}

/* A bank: transfers between accounts, each until it is committed, and looks at all of them. */
enum { ACCOUNTS = 24, FUNDS = 1000, TRANSFERS = 600, LOOK_EVERY = 8 };

struct teller {
    struct store *store;
    struct store_table *table;
    uint64_t state;
    int64_t moved[ACCOUNTS]; /* what this thread's transfers have added */
};

static void transfer_some(struct teller *t, struct store_worker *worker)
{
    enum { AT_ONCE = 12 };
    static _Thread_local struct store_scan scans[AT_ONCE];
    struct store_operation operations[AT_ONCE][2];
    struct store_transaction transactions[AT_ONCE];
    struct sum sums[AT_ONCE];
    size_t accounts[AT_ONCE][2];
    for (unsigned k = 0; k < AT_ONCE; k++) {
        uint64_t amount = bench_below(&t->state, 5);
        transactions[k] = (struct store_transaction){.operations = operations[k], .count = 2};
        for (unsigned side = 0; side < 2; side++) {
            size_t account = accounts[k][side] = bench_below(&t->state, ACCOUNTS);
            operations[k][side] = (struct store_operation){.kind = STORE_ADD,
                                                           .table = t->table,
                                                           .key = key_of(account),
                                                           .number = side ? amount : -amount};
        }
        if (k % LOOK_EVERY == 0) {
            sums[k] = (struct sum){.most = UINT64_MAX};
            scans[k].from = key_of(0);
            scans[k].is_exact = false;
            scans[k].visit = add_up;
            scans[k].context = &sums[k];
            operations[k][0] = (struct store_operation){
                .kind = STORE_SCAN, .table = t->table, .index = -1, .scan = &scans[k]};
            transactions[k].count = 1;
        }
    }
    uint64_t wanted[AT_ONCE][2];
    for (unsigned k = 0; k < AT_ONCE; k++)
        for (unsigned side = 0; side < 2; side++)
            wanted[k][side] = operations[k][side].number;
    run(worker, transactions, AT_ONCE, AT_ONCE);
    for (unsigned k = 0; k < AT_ONCE; k++) {
        if (k % LOOK_EVERY == 0) {
            expect(sums[k].values == ACCOUNTS * FUNDS && sums[k].count == ACCOUNTS,
                   "money is lost or found in a snapshot");
            continue;
        }
        for (unsigned side = 0; side < 2 && transactions[k].status == STORE_OK; side++)
            t->moved[accounts[k][side]] += (int64_t)wanted[k][side];
        expect(transactions[k].status == STORE_OK || transactions[k].status == STORE_CONFLICT,
               "a transfer's status");
    }
}

static void *tell(void *argument)
{
    struct teller *t = argument;
    struct store_worker worker;
    expect(store_join(t->store, &worker) == 0, "store_join");
    for (unsigned k = 0; k < TRANSFERS / 12; k++)
        transfer_some(t, &worker);
    store_leave(&worker);
    return NULL;
}

static void check_bank(void)
{
    struct beside b;
    set_up(&b);
    epoch_pin(&b.worker.epoch);
    struct store_txn *txn = begin(&b);
    for (size_t k = 0; k < ACCOUNTS; k++)
        expect(write_by(txn, &b, STORE_INSERT, k, FUNDS) == STORE_OK, "an account");
    commit(txn);
    struct teller tellers[THREADS];
    for (unsigned t = 0; t < THREADS; t++)
        tellers[t] = (struct teller){.store = &b.store, .table = b.table, .state = t + 1};
    epoch_unpin(&b.worker.epoch);
    run_threads(THREADS, tell, tellers, sizeof *tellers);
    epoch_pin(&b.worker.epoch);
    txn = begin(&b);
    for (size_t k = 0; k < ACCOUNTS; k++)
        expect(read_by(txn, &b, k) == (uint64_t)(FUNDS + tellers[0].moved[k] + tellers[1].moved[k]),
               "a transfer is lost or was done twice");
    commit(txn);
    epoch_unpin(&b.worker.epoch);
    tear_down(&b);
    puts("the bank's sum is the same in each snapshot, and no transfer is lost");
}

static void check_threads(void)
{
    enum { SEEDS = 6 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        check_random_threads(seed);
    printf("%d histories of %d threads are snapshot-isolated\n", SEEDS, THREADS);
    check_bank();
}

/* ---- Turns ----------------------------------------------------------------------------------- */

#ifdef MASSTREE_SHAKE

/* A writer commits, and a reader looks for what it has written: one of them goes at a time. The
 * writer stops at one of its looks, the reader begins and stops at one of its own, the writer ends,
 * and begins anew with the same transaction's memory; then the reader goes on. For each pair of
 * looks. */
struct reader {
    struct beside *b;
    unsigned looks;
    bool is_over;
    /* What it has come to. */
    uint64_t begin, number;
    bool has_ended;
};

static void *read_by_turns(void *argument)
{
    struct reader *reader = argument;
    struct store_worker worker;
    own_role = READER;
    between_looks = stop_at_look;
    wait_for_turn();
    expect(store_join(&reader->b->store, &worker) == 0, "store_join");
    for (; !reader->is_over; let_other_go()) {
        epoch_pin(&worker.epoch);
        struct store_txn *txn = store_begin(&worker);
        expect(txn != NULL, "store_begin");
        reader->begin = txn->begin;
        looks = reader->looks;
        reader->number = read_by(txn, reader->b, 0);
        reader->has_ended = stop_at_end();
        commit(txn);
        epoch_unpin(&worker.epoch);
    }
    store_leave(&worker);
    give_turn();
    return NULL;
}

/* What the writer does while the reader has stopped. */
enum then { THEN_NOTHING, THEN_BEGIN, THEN_COMMIT, THENS };

/* The writer's number is before + 1. True: it has ended before it was to stop. */
static bool write_by_turns(struct reader *reader, unsigned write_looks, enum then then,
                           uint64_t before)
{
    struct beside *b = reader->b;
    struct store_txn *txn = begin(b);
    expect(write_by(txn, b, STORE_UPDATE, 0, before + 1) == STORE_OK, "an update by turns");
    looks = write_looks;
    commit(txn);
    bool has_ended = stop_at_end();
    uint64_t time = txn->commit;
    if (then != THEN_NOTHING) {
        expect(begin(b) == txn, "the same transaction's memory");
        expect(write_by(txn, b, STORE_UPDATE, 0, before + 2) == STORE_OK, "another update");
    }
    if (then == THEN_COMMIT)
        commit(txn);
    let_other_go();
    expect(reader->number == (reader->begin >= time ? before + 1 : before),
           "what is committed isn't seen, or what is not yet");
    if (then == THEN_BEGIN)
        VERSION.abort(txn);
    return has_ended;
}

static void check_turns(void)
{
    enum { MOST_LOOKS = 64 };
    struct beside b;
    struct reader reader = {.b = &b};
    pthread_t thread;
    uint64_t number = 10;
    own_role = WRITER;
    set_up(&b);
    expect(pthread_create(&thread, NULL, read_by_turns, &reader) == 0, "pthread_create");
    epoch_pin(&b.worker.epoch);
    fill(&b, 1);
    between_looks = stop_at_look;
    for (enum then then = 0; then < THENS; then++) {
        bool has_ended = false;
        for (unsigned write_looks = 1; !has_ended; write_looks++)
            for (reader.looks = 1; reader.looks <= MOST_LOOKS; reader.looks++) {
                has_ended = write_by_turns(&reader, write_looks, then, number);
                number += then == THEN_COMMIT ? 2 : 1;
            }
        expect(reader.has_ended, "a read has more looks");
    }
    between_looks = NULL;
    epoch_unpin(&b.worker.epoch);
    reader.is_over = true;
    let_other_go();
    pthread_join(thread, NULL);
    tear_down(&b);
    puts("by turns: each read sees what was committed before it began");
}

#endif

int main(int argc, char **argv)
{
    make_keys();
    if (argc == 1) {
        check_by_hand();
        check_reclaiming();
        check_one_thread();
        check_memory();
    } else if (argc == 2 && strcmp(argv[1], "threads") == 0) {
        check_threads();
#ifdef MASSTREE_SHAKE
    } else if (argc == 2 && strcmp(argv[1], "turns") == 0) {
        check_turns();
#endif
    } else {
        return 2;
    }
    return 0;
}
