/* store.c: making and freeing a store, its tables, its workers and their transactions. */
#include "store_record.h"

/* ---- The store --------------------------------------------------------------------------------
 */

int store_init(struct store *store, const struct db_memory *memory)
{
    *store = (struct store){.memory = memory, .records = 1, .free_record = ST_DEAD};
    store->replaced.end = &store->replaced.first;
    store->deleted.end = &store->deleted.first;
    int error = epoch_init(&store->epoch, memory);
    if (error != 0)
        return error;
    error = pthread_mutex_init(&store->mutex, NULL);
    if (error != 0)
        epoch_destroy(&store->epoch);
    return error;
}

static void release_queue(const struct store *store, struct st_queue *queue)
{
    while (queue->first) {
        struct epoch_item *item = queue->first;
        queue->first = item->next;
        db_release(store->memory, st_version_of(item));
    }
}

/* Deletions are in the queue, and so is what was replaced: `next` leads nowhere else. */
static void release_records(struct store *store)
{
    for (uint64_t record = 1; record < store->records; record++) {
        st_version_ptr newest = st_newest(*st_slot_of(store, record));
        if (newest && !newest->is_deletion)
            db_release(store->memory, newest);
    }
    release_queue(store, &store->replaced);
    release_queue(store, &store->deleted);
}

void store_destroy(struct store *store)
{
    release_records(store);
    for (unsigned t = 0; t < store->table_count; t++) {
        masstree_destroy(&store->table[t].primary);
        for (unsigned k = 0; k < store->table[t].index_count; k++)
            masstree_destroy(&store->table[t].index[k].tree);
    }
    epoch_destroy(&store->epoch);
    for (unsigned k = 0; k < STORE_SEGMENTS; k++)
        db_release(store->memory, store->segment[k]);
    while (store->transactions) {
        struct store_txn *next = store->transactions->next;
        db_release(store->memory, store->transactions);
        store->transactions = next;
    }
    pthread_mutex_destroy(&store->mutex);
}

struct store_table *store_add_table(struct store *store, store_extract *const *extract,
                                    unsigned indexes)
{
    if (store->table_count == STORE_MAX_TABLES || indexes > STORE_MAX_INDEXES)
        return NULL;
    struct store_table *table = &store->table[store->table_count];
    *table = (struct store_table){.number = store->table_count};
    if (!masstree_init(&table->primary, store->memory))
        return NULL;
    for (unsigned k = 0; k < indexes; k++) {
        table->index[k].extract = extract[k];
        if (!masstree_init(&table->index[k].tree, store->memory)) {
            while (k-- > 0)
                masstree_destroy(&table->index[k].tree);
            masstree_destroy(&table->primary);
            return NULL;
        }
    }
    table->index_count = indexes;
    store->table_count++;
    return table;
}

/* ---- Workers --------------------------------------------------------------------------------- */

static void move_all(struct st_queue *to, struct st_queue *from)
{
    if (!from->first)
        return;
    *to->end = from->first;
    to->end = from->end;
    from->first = NULL;
    from->end = &from->first;
}

int store_join(struct store *store, struct store_worker *worker)
{
    *worker = (struct store_worker){.store = store};
    int error = store->log ? log_join(store->log, &worker->log) : 0;
    if (error != 0)
        return error;
    worker->replaced.end = &worker->replaced.first;
    worker->deleted.end = &worker->deleted.first;
    epoch_join(&store->epoch, &worker->epoch);
    pthread_mutex_lock(&store->mutex);
    worker->idle = store->idle;
    store->idle = NULL;
    move_all(&worker->replaced, &store->replaced);
    move_all(&worker->deleted, &store->deleted);
    pthread_mutex_unlock(&store->mutex);
    return 0;
}

void store_leave(struct store_worker *worker)
{
    struct store *store = worker->store;
    pthread_mutex_lock(&store->mutex);
    while (worker->idle) {
        struct store_txn *txn = worker->idle;
        worker->idle = txn->next_idle;
        txn->next_idle = store->idle;
        store->idle = txn;
    }
    move_all(&store->replaced, &worker->replaced);
    move_all(&store->deleted, &worker->deleted);
    pthread_mutex_unlock(&store->mutex);
    epoch_leave(&worker->epoch);
    if (store->log)
        log_leave(store->log, &worker->log);
}

void store_keep_garbage(struct store_worker *worker)
{
    worker->until_collect = UINT32_MAX;
    worker->epoch.until_advance = SIZE_MAX;
}

/* ---- Transactions ---------------------------------------------------------------------------- */

static struct store_txn *make_transaction(struct store *store)
{
    struct store_txn *txn = db_allocate(store->memory, sizeof *txn);
    if (!txn)
        return NULL;
    *txn = (struct store_txn){.outcome = ST_NEVER, .floor = STORE_NO_SNAPSHOT};
    txn->next = mt_load(&store->transactions);
    while (!__atomic_compare_exchange_n(&store->transactions, &txn->next, txn, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        ;
    return txn;
}

/* The clock is read twice: who computes a horizon between the two, and doesn't find this
 * transaction, has read the clock before its begin. */
struct store_txn *store_begin(struct store_worker *worker)
{
    struct store *store = worker->store;
    struct store_txn *txn = worker->idle;
    if (txn)
        worker->idle = txn->next_idle;
    else if (!(txn = make_transaction(store)))
        return NULL;
    txn->worker = worker;
    worker->active++;
    txn->failed = STORE_OK;
    txn->commit = txn->seen = 0;
    txn->writes = txn->key_bytes = 0;
    __atomic_store_n(&txn->outcome, ST_NEVER, __ATOMIC_SEQ_CST);
    __atomic_store_n(&txn->floor, __atomic_load_n(&store->clock, __ATOMIC_SEQ_CST),
                     __ATOMIC_SEQ_CST);
    txn->begin = __atomic_load_n(&store->clock, __ATOMIC_SEQ_CST);
    return txn;
}

void st_end(struct store_txn *txn)
{
    __atomic_store_n(&txn->floor, STORE_NO_SNAPSHOT, __ATOMIC_SEQ_CST);
    txn->worker->active--;
    txn->next_idle = txn->worker->idle;
    txn->worker->idle = txn;
}

/* The horizon of the store never goes back: what it has once allowed to be freed must be out of
 * reach for whoever computes it anew and still finds the floor of a transaction that is beginning.
 * Nor does it pass the log: a record that is gone has no version that tells who reads what to wait
 * for. */
uint64_t st_move_horizon(struct store *store)
{
    uint64_t oldest = __atomic_load_n(&store->clock, __ATOMIC_SEQ_CST);
    if (store->log && mt_load(&store->log->durable) < oldest)
        oldest = mt_load(&store->log->durable);
    const struct store_txn *txn = __atomic_load_n(&store->transactions, __ATOMIC_SEQ_CST);
    for (; txn; txn = txn->next) {
        uint64_t floor = __atomic_load_n(&txn->floor, __ATOMIC_SEQ_CST);
        if (floor < oldest)
            oldest = floor;
    }
    uint64_t horizon = mt_load(&store->horizon);
    while (horizon < oldest &&
           !__atomic_compare_exchange_n(&store->horizon, &horizon, oldest, false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_ACQUIRE))
        ;
    return horizon < oldest ? oldest : horizon;
}
