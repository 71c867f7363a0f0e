/* store_layers.h: what a transaction does in the store, in layers of coroutines as one would write
 * plain functions: store_get awaits masstree_get, then st_find_visible; store_update awaits
 * masstree_get, then st_change_record, which awaits st_put_entries. For whoever awaits them, in a
 * file of their own for each way of compiling: behind <coroinline/coro.h>, or what stands in for
 * it.
 *
 * A transaction suspends where the index does, at the slot of a record, at each version of it, and
 * where it would spin: a reader, for the timestamp of a transaction that is about to have it; and
 * who commits, for the log. A writer waits for nobody, and nothing of the store is locked while a
 * transaction is suspended.
 *
 * One operation of a transaction is under way at a time. Its worker is pinned from before its begin
 * until it has ended. */
#ifndef BENCH_DB_STORE_LAYERS_H
#define BENCH_DB_STORE_LAYERS_H

#include "masstree_layers.h"
#include "store_record.h"

coro_declare(store_status);
coro_declare(store_result);
coro_declare(st_version_ptr);

/* ---- Records --------------------------------------------------------------------------------- */

/* Whether the transaction sees a version. */
static coro_task(bool) st_sees(struct store_txn *txn, st_version_ptr version)
{
    coro_begin(bool);
    coro_prefetch(version);
    enum st_sight sight;
    while ((sight = st_look(txn, version)) == ST_UNDECIDED) {
        mt_back_off();
        coro_suspend();
    }
    coro_return(sight == ST_VISIBLE);
}

/* The newest version of a record that the transaction sees; NULL: none, or a deletion. */
static coro_task(st_version_ptr) st_find_visible(struct store_txn *txn, uint64_t record)
{
    coro_begin(st_version_ptr);
    st_slot_ptr slot = st_slot_of(txn->worker->store, record);
    coro_prefetch(slot);
    st_version_ptr version = st_newest(mt_load(slot));
    while (version && !coro_await(st_sees(txn, version)))
        version = version->next;
    coro_return(version && !version->is_deletion ? version : NULL);
}

/* What a version holds, with all its lines in the cache. */
static coro_task(store_result) st_fetch(st_version_ptr version)
{
    coro_begin(store_result);
    if (!version)
        coro_return((store_result){.status = STORE_MISSING});
    if (st_length_behind(version) > 0)
        coro_prefetch_range((const char *)version + ST_LINE, st_length_behind(version));
    coro_return((store_result){STORE_OK, version->length, st_value_of(version)});
}

CORO_INLINE static coro_task(store_result)
    store_get(struct store_txn *txn, struct store_table *table, struct masstree_key key)
{
    coro_begin(store_result);
    masstree_result found = coro_await(masstree_get(&table->primary, key));
    if (found.status != MASSTREE_FOUND)
        coro_return((store_result){.status = STORE_MISSING});
    coro_return(coro_await(st_fetch(coro_await(st_find_visible(txn, found.value)))));
}

/* ---- Secondary indexes ----------------------------------------------------------------------- */

/* Brings the entries of a version, which lead to its record. */
static coro_task(store_status)
    st_put_entries(struct store_txn *txn, uint64_t record, st_version_ptr version)
{
    coro_begin(store_status);
    struct store_table *table = &txn->worker->store->table[version->table];
    for (unsigned k = 0; k < table->index_count; k++) {
        struct masstree_key entry = st_entry_of(txn, &table->index[k], version);
        if (entry.length == 0)
            continue;
        masstree_result put = coro_await(
            masstree_put(&table->index[k].tree, &txn->worker->epoch, MASSTREE_PUT, entry, record));
        if (put.status == MASSTREE_NO_MEMORY)
            coro_return(st_fail(txn, STORE_NO_MEMORY));
    }
    coro_return(STORE_OK);
}

/* Those that aren't there, as memory was short, are not missed. */
static coro_task(void) st_remove_entries(struct store_txn *txn, st_version_ptr version)
{
    coro_begin(void);
    struct store_table *table = &txn->worker->store->table[version->table];
    for (unsigned k = 0; k < table->index_count; k++) {
        struct masstree_key entry = st_entry_of(txn, &table->index[k], version);
        if (entry.length > 0)
            coro_await(masstree_remove(&table->index[k].tree, &txn->worker->epoch, entry));
    }
    coro_return();
}

/* ---- Writes ---------------------------------------------------------------------------------- */

static coro_task(store_status)
    st_change_record(struct store_txn *txn, uint64_t record, struct st_change change)
{
    coro_begin(store_status);
    st_slot_ptr slot = st_slot_of(txn->worker->store, record); /* [interleaved] */
    coro_prefetch(slot);
    coro_prefetch(st_newest(mt_load(slot)));
    st_version_ptr made, replaced;
    store_status status = st_write(txn, record, &change, &made, &replaced);
    if (status != STORE_OK)
        coro_return(status);
    if (replaced && replaced->has_entries && st_birth_of(replaced) != st_birth_of(made))
        coro_await(st_remove_entries(txn, replaced));
    if (made->has_entries)
        status = coro_await(st_put_entries(txn, record, made));
    coro_return(status);
}

CORO_INLINE static coro_task(store_status)
    st_change_key(struct store_txn *txn, struct st_change change)
{
    coro_begin(store_status);
    masstree_result found = coro_await(masstree_get(&change.table->primary, change.key));
    if (found.status != MASSTREE_FOUND)
        coro_return(STORE_MISSING);
    coro_return(coro_await(st_change_record(txn, found.value, change)));
}

CORO_INLINE static coro_task(store_status)
    store_update(struct store_txn *txn, struct store_table *table, struct masstree_key key,
                 const void *value, uint32_t length)
{
    coro_begin(store_status);
    struct st_change change = {ST_UPDATE, table, key, value, length};
    coro_return(coro_await(st_change_key(txn, change)));
}

static inline coro_task(store_status)
    store_delete(struct store_txn *txn, struct store_table *table, struct masstree_key key)
{
    coro_begin(store_status);
    struct st_change change = {ST_DELETE, table, key, NULL, 0};
    coro_return(coro_await(st_change_key(txn, change)));
}

/* The index gets the number of a new record, if it has none for the key; where it has, the record
 * was deleted, or isn't dead yet. */
static coro_task(store_status)
    store_insert(struct store_txn *txn, struct store_table *table, struct masstree_key key,
                 const void *value, uint32_t length)
{
    coro_begin(store_status);
    struct st_change change = {ST_INSERT, table, key, value, length};
    uint64_t record;
    st_version_ptr made;
    store_status status = st_write_new(txn, &change, &record, &made);
    if (status != STORE_OK)
        coro_return(status);
    masstree_result put = coro_await(
        masstree_put(&table->primary, &txn->worker->epoch, MASSTREE_INSERT, key, record));
    if (put.status == MASSTREE_INSERTED) {
        if (made->has_entries)
            status = coro_await(st_put_entries(txn, record, made));
        coro_return(status);
    }
    st_withdraw_new(txn);
    if (put.status == MASSTREE_NO_MEMORY)
        coro_return(st_fail(txn, STORE_NO_MEMORY));
    coro_return(coro_await(st_change_record(txn, put.value, change)));
}

/* ---- Scans ----------------------------------------------------------------------------------- */

/* Notes what an index tells. */
static bool st_note(void *context, struct masstree_key key, uint64_t record)
{
    struct store_scan *scan = context;
    unsigned used = scan->batch > 0 ? scan->used : 0;
    scan->is_cut = scan->batch == STORE_SCAN_BATCH || key.length > STORE_SCAN_BYTES - used;
    if (scan->is_cut)
        return false;
    unsigned char *bytes = memcpy(scan->keys + used, key.bytes, key.length);
    scan->noted[scan->batch] = (struct masstree_key){bytes, key.length};
    scan->record[scan->batch++] = record;
    scan->used = used + (unsigned)key.length;
    return true;
}

/* From behind the last key that was noted. */
static inline void st_go_on(struct store_scan *scan)
{
    struct masstree_key last = scan->noted[scan->batch - 1];
    memcpy(scan->next, last.bytes, last.length);
    scan->next[last.length] = 0;
    scan->index.from = (struct masstree_key){scan->next, last.length + 1};
}

/* Whether the entry of a secondary index leads to this version. Without the birth, it is the key.
 */
static inline bool st_leads_to(struct masstree_key entry, const struct st_version *version)
{
    uint64_t birth = 0;
    for (size_t k = entry.length - 8; k < entry.length; k++)
        birth = birth << 8 | entry.bytes[k];
    return birth == st_birth_of(version);
}

enum st_answer { ST_SKIP, ST_TAKE, ST_STOP };

static inline enum st_answer st_is_wanted(const struct store_scan *scan, struct masstree_key key)
{
    if (!scan->is_exact)
        return ST_TAKE;
    if (key.length < scan->from.length ||
        memcmp(key.bytes, scan->from.bytes, scan->from.length) != 0)
        return ST_STOP;
    return key.length == scan->from.length ? ST_TAKE : ST_SKIP;
}

/* Hands a record over, if the transaction sees it. False: enough. */
static coro_task(bool)
    st_visit_one(struct store_txn *txn, struct store_scan *scan, bool is_secondary, unsigned k)
{
    coro_begin(bool);
    struct masstree_key key = scan->noted[k], entry = key;
    if (is_secondary)
        key.length -= 8;
    enum st_answer answer = st_is_wanted(scan, key);
    if (answer != ST_TAKE)
        coro_return(answer == ST_SKIP);
    st_version_ptr version = coro_await(st_find_visible(txn, scan->record[k]));
    if (!version || (is_secondary && !st_leads_to(entry, version)))
        coro_return(true);
    store_result result = coro_await(st_fetch(version));
    scan->count++;
    coro_return(scan->visit(scan->context, key, result));
}

/* The records that the transaction sees, in the order of their keys; by a secondary index, whose
 * number is `index`, in the order of theirs, or by the primary one, if it is -1. A key of the
 * secondary index has many records, one after the other. */
static coro_task(store_status)
    store_scan(struct store_txn *txn, struct store_table *table, int index, struct store_scan *scan)
{
    coro_begin(store_status);
    struct masstree *tree = index < 0 ? &table->primary : &table->index[index].tree;
    scan->count = 0;
    scan->index.from = scan->from;
    scan->index.visit = st_note;
    scan->index.context = scan;
    do {
        scan->batch = 0;
        scan->is_cut = false;
        coro_await(masstree_scan(tree, &scan->index));
        for (unsigned k = 0; k < scan->batch; k++)
            if (!coro_await(st_visit_one(txn, scan, index >= 0, k)))
                coro_return(STORE_OK);
        if (scan->is_cut)
            st_go_on(scan);
    } while (scan->is_cut);
    coro_return(STORE_OK);
}

/* ---- Garbage --------------------------------------------------------------------------------- */

enum { ST_COLLECT_EVERY = 64 }; /* commits of a worker that have written */

/* Reclaims what no transaction can see any more, of what the worker has replaced and deleted. Uses
 * the transaction's memory alone. */
static coro_task(void) st_collect(struct store_txn *txn)
{
    coro_begin(void);
    struct store_worker *worker = txn->worker;
    uint64_t horizon = st_move_horizon(worker->store);
    st_version_ptr version;
    while ((version = st_next_replaced(worker, horizon))) {
        if (st_ends_entries(version))
            coro_await(st_remove_entries(txn, version));
        st_retire(worker, version);
    }
    while ((version = st_next_deleted(worker, horizon))) {
        if (!st_bury(worker, version))
            continue;
        struct masstree_key key = {st_grave_of(version)->key, version->length};
        struct store_table *table = &worker->store->table[version->table];
        coro_await(masstree_remove(&table->primary, &worker->epoch, key));
        st_retire_record(worker, version);
    }
    coro_return();
}

/* ---- Ends ------------------------------------------------------------------------------------ */

static coro_task(void) store_abort(struct store_txn *txn)
{
    coro_begin(void);
    for (unsigned k = 0; k < txn->writes; k++) {
        const struct store_write *write = &txn->write[k];
        if (write->version->has_entries)
            coro_await(st_remove_entries(txn, write->version));
        if (!st_undo(txn, write))
            continue;
        struct masstree_key key = {txn->keys + write->key, write->key_length};
        coro_await(masstree_remove(&write->table->primary, &txn->worker->epoch, key));
        st_retire_new(txn, write);
    }
    st_end(txn);
    coro_return();
}

/* Waits until what the transaction has read and written lasts. */
static coro_task(store_status) st_wait_for_log(struct store_txn *txn)
{
    coro_begin(store_status);
    enum st_logged logged;
    txn->worker->waiting++;
    for (unsigned asked = 0; (logged = st_ask_log(txn, asked)) == ST_NOT_YET; asked++)
        coro_suspend();
    txn->worker->waiting--;
    coro_return(logged == ST_LOGGED ? STORE_OK : STORE_NOT_LOGGED);
}

/* OK: it is committed, and lasts, if there is a log. Else it was aborted, and that is why; but see
 * STORE_NOT_LOGGED. */
static coro_task(store_status) store_commit(struct store_txn *txn)
{
    coro_begin(store_status);
    store_status status = txn->failed;
    if (status == STORE_OK && txn->writes > 0)
        status = st_publish(txn);
    if (status != STORE_OK) {
        coro_await(store_abort(txn));
        coro_return(status);
    }
    __atomic_store_n(&txn->floor, STORE_NO_SNAPSHOT, __ATOMIC_SEQ_CST);
    status = coro_await(st_wait_for_log(txn));
    if (txn->writes > 0 && txn->worker->until_collect-- == 0) {
        txn->worker->until_collect = ST_COLLECT_EVERY;
        coro_await(st_collect(txn));
    }
    st_end(txn);
    coro_return(status);
}

/* [interleaved] Before another attempt of a transaction that was refused: each time, others have
 * more turns first. */
static inline coro_task(void) store_back_off(unsigned *turns)
{
    coro_begin(void);
    for (unsigned k = 0; k < *turns; k++)
        coro_suspend();
#ifdef SEQUENTIAL
    sched_yield(); /* who is in the way is another thread's */
#endif
    if (*turns < STORE_MOST_TURNS)
        *turns *= 2;
    coro_return();
}

#endif
