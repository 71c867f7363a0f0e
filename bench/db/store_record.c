/* store_record.c: writing, publishing, undoing and reclaiming versions of the store's records. */
#include "store_record.h"

/* ---- Records --------------------------------------------------------------------------------- */

/* Makes the segment of a record, if it isn't there; false: no memory. */
static bool have_segment(struct store *store, uint64_t record)
{
    uint64_t place = record + ((uint64_t)1 << ST_FIRST_SEGMENT);
    unsigned log = 63 - (unsigned)__builtin_clzll(place);
    uint64_t **segment = &store->segment[log - ST_FIRST_SEGMENT];
    if (mt_load(segment))
        return true;
    size_t bytes = sizeof(st_slot) << log;
    uint64_t *fresh = db_allocate(store->memory, bytes), *none = NULL;
    if (!fresh)
        return false;
    for (size_t k = 0; k < bytes / sizeof(st_slot); k++)
        fresh[k] = ST_DEAD;
    if (!__atomic_compare_exchange_n(segment, &none, fresh, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE))
        db_release(store->memory, fresh);
    return true;
}

/* The slot of a free record has the number of the next one, above bit 0. */
static uint64_t take_free_record(struct store *store)
{
    pthread_mutex_lock(&store->mutex);
    uint64_t record = store->free_record >> 1;
    if (record != 0)
        mt_store(&store->free_record, mt_load(st_slot_of(store, record)));
    pthread_mutex_unlock(&store->mutex);
    return record;
}

/* A number whose segment can't be made is given back, if nobody has taken one since; else it is
 * lost. */
uint64_t st_take_record(struct store *store)
{
    uint64_t record = mt_load(&store->free_record) != ST_DEAD ? take_free_record(store) : 0;
    if (record != 0)
        return record;
    record = __atomic_fetch_add(&store->records, 1, __ATOMIC_RELAXED);
    if (have_segment(store, record))
        return record;
    uint64_t behind = record + 1;
    __atomic_compare_exchange_n(&store->records, &behind, record, false, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
    return 0;
}

void st_free_record(struct store *store, uint64_t record)
{
    pthread_mutex_lock(&store->mutex);
    mt_store(st_slot_of(store, record), store->free_record);
    mt_store(&store->free_record, record << 1 | 1);
    pthread_mutex_unlock(&store->mutex);
}

/* ---- Making versions ------------------------------------------------------------------------- */

static bool has_same_entries(const struct store_table *table, const struct st_version *old,
                             const struct st_change *change)
{
    unsigned char before[STORE_MAX_ENTRY], after[STORE_MAX_ENTRY];
    for (unsigned k = 0; k < table->index_count; k++) {
        store_extract *extract = table->index[k].extract;
        size_t length = extract(st_value_of(old), old->length, before);
        if (length != extract(change->value, change->length, after) ||
            (length != STORE_NO_ENTRY && memcmp(before, after, length) != 0))
            return false;
    }
    return true;
}

static void give_birth(struct store *store, st_version_ptr version, const struct st_change *change,
                       const struct st_version *old, bool is_own)
{
    uint64_t birth;
    if (old && !old->is_deletion && has_same_entries(change->table, old, change)) {
        birth = st_birth_of(old);
        version->has_entries = is_own && old->has_entries;
    } else {
        birth = __atomic_add_fetch(&store->births, 1, __ATOMIC_RELAXED);
        version->has_entries = true;
    }
    version->has_birth = true;
    memcpy(version->bytes, &birth, sizeof birth);
}

/* In front of `old`, or instead of it if the transaction has made that. NULL: no memory. */
static st_version_ptr make_version(const struct store_txn *txn, uint64_t record,
                                   const struct st_change *change, st_version_ptr old, bool is_own)
{
    struct store *store = txn->worker->store;
    bool is_deletion = change->intent == ST_DELETE;
    bool has_birth = !is_deletion && change->table->index_count > 0;
    uint32_t length = is_deletion ? (uint32_t)change->key.length : change->length;
    size_t size = ST_HEAD + length;
    size += is_deletion ? sizeof(struct st_grave) : has_birth ? sizeof(uint64_t) : 0;
    st_version_ptr version = db_allocate(store->memory, size < ST_LINE ? ST_LINE : size);
    if (!version)
        return NULL;
    *version = (struct st_version){.next = is_own ? old->next : old,
                                   .stamp = st_stamp_by(txn),
                                   .length = length,
                                   .table = (uint8_t)change->table->number,
                                   .is_deletion = is_deletion};
    if (is_deletion) {
        *st_grave_of(version) = (struct st_grave){record, store};
        memcpy(st_grave_of(version)->key, change->key.bytes, length);
        return version;
    }
    if (has_birth)
        give_birth(store, version, change, old, is_own);
    memcpy((void *)st_value_of(version), change->value, length);
    return version;
}

/* ---- The write set --------------------------------------------------------------------------- */

enum store_status st_fail(struct store_txn *txn, enum store_status status)
{
    txn->failed = status;
    return status;
}

static bool has_room(const struct store_txn *txn, const struct st_change *change)
{
    return txn->writes < STORE_MAX_WRITES && change->key.length <= MASSTREE_MAX_KEY &&
           change->key.length <= STORE_MAX_KEYS - txn->key_bytes;
}

static void note_write(struct store_txn *txn, uint64_t record, const struct st_change *change,
                       st_version_ptr version, bool is_new)
{
    txn->write[txn->writes++] = (struct store_write){.record = record,
                                                     .version = version,
                                                     .table = change->table,
                                                     .key = (uint16_t)txn->key_bytes,
                                                     .key_length = (uint16_t)change->key.length,
                                                     .is_new = is_new};
    memcpy(txn->keys + txn->key_bytes, change->key.bytes, change->key.length);
    txn->key_bytes += (unsigned)change->key.length;
}

static struct store_write *find_write(struct store_txn *txn, uint64_t record)
{
    struct store_write *write = txn->write;
    while (write->record != record)
        write++;
    return write;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* Instead of a version that the transaction has made before. Nobody else changes the slot. */
static enum store_status rewrite(struct store_txn *txn, uint64_t record,
                                 const struct st_change *change, st_version_ptr old,
                                 st_version_ptr *made)
{
    st_version_ptr fresh = make_version(txn, record, change, old, true);
    if (!fresh)
        return st_fail(txn, STORE_NO_MEMORY);
    find_write(txn, record)->version = fresh;
    mt_store(st_slot_of(txn->worker->store, record), (uintptr_t)fresh);
    mt_store(&old->stamp, ST_NEVER);
    st_retire(txn->worker, old);
    *made = fresh;
    return STORE_OK;
}

enum store_status st_write(struct store_txn *txn, uint64_t record, const struct st_change *change,
                           st_version_ptr *made, st_version_ptr *replaced)
{
    st_slot_ptr slot = st_slot_of(txn->worker->store, record);
    st_slot head = mt_load(slot);
    st_version_ptr old = st_newest(head);
    *replaced = NULL;
    if (!old)
        return change->intent == ST_INSERT ? st_fail(txn, STORE_CONFLICT) : STORE_MISSING;
    bool is_own = mt_load(&old->stamp) == st_stamp_by(txn);
    if (!is_own && st_look(txn, old) != ST_VISIBLE)
        return st_fail(txn, STORE_CONFLICT);
    if (old->is_deletion != (change->intent == ST_INSERT))
        return old->is_deletion ? STORE_MISSING : STORE_EXISTS;
    if (is_own) {
        *replaced = old;
        return rewrite(txn, record, change, old, made);
    }
    if (!has_room(txn, change))
        return st_fail(txn, STORE_TOO_LARGE);
    st_version_ptr fresh = make_version(txn, record, change, old, false);
    if (!fresh)
        return st_fail(txn, STORE_NO_MEMORY);
    if (!__atomic_compare_exchange_n(slot, &head, (uintptr_t)fresh, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
        db_release(txn->worker->store->memory, fresh);
        return st_fail(txn, STORE_CONFLICT);
    }
    note_write(txn, record, change, fresh, false);
    *made = fresh;
    return STORE_OK;
}

enum store_status st_write_new(struct store_txn *txn, const struct st_change *change,
                               uint64_t *record, st_version_ptr *made)
{
    struct store *store = txn->worker->store;
    if (!has_room(txn, change))
        return st_fail(txn, STORE_TOO_LARGE);
    *record = st_take_record(store);
    if (*record == 0)
        return st_fail(txn, STORE_NO_MEMORY);
    *made = make_version(txn, *record, change, NULL, false);
    if (!*made) {
        st_free_record(store, *record);
        return st_fail(txn, STORE_NO_MEMORY);
    }
    mt_store(st_slot_of(store, *record), (uintptr_t)*made);
    note_write(txn, *record, change, *made, true);
    return STORE_OK;
}

void st_withdraw_new(struct store_txn *txn)
{
    const struct store_write *write = &txn->write[--txn->writes];
    txn->key_bytes -= write->key_length;
    st_undo(txn, write);
    st_retire_new(txn, write);
}

struct masstree_key st_entry_of(struct store_txn *txn, const struct store_index *index,
                                const struct st_version *version)
{
    size_t length = index->extract(st_value_of(version), version->length, txn->entry);
    if (length == STORE_NO_ENTRY)
        return (struct masstree_key){txn->entry, 0};
    uint64_t birth = st_birth_of(version);
    for (int shift = 56; shift >= 0; shift -= 8)
        txn->entry[length++] = (unsigned char)(birth >> shift);
    return (struct masstree_key){txn->entry, length};
}

/* ---- Ending ---------------------------------------------------------------------------------- */

static void append(struct st_queue *queue, st_version_ptr version, uint64_t time)
{
    version->item.next = NULL;
    version->item.epoch = time;
    *queue->end = &version->item;
    queue->end = &version->item.next;
}

/* What was replaced by a version with a birth of its own or by a deletion takes its entries along.
 */
static void leave_garbage(struct store_worker *worker, const struct store_write *write,
                          uint64_t time)
{
    st_version_ptr version = write->version, old = version->next;
    if (version->is_deletion)
        append(&worker->deleted, version, time << 1);
    if (old && !old->is_deletion)
        append(&worker->replaced, old, time << 1 | (st_birth_of(old) != st_birth_of(version)));
}

static void take_timestamp(struct store_txn *txn)
{
    __atomic_store_n(&txn->outcome, ST_COMMITTING, __ATOMIC_SEQ_CST);
    mt_shake();
    txn->commit = __atomic_add_fetch(&txn->worker->store->clock, 1, __ATOMIC_SEQ_CST);
    st_log_writes(txn);
    mt_shake();
    __atomic_store_n(&txn->outcome, st_stamp_at(txn->commit), __ATOMIC_SEQ_CST);
}

enum store_status st_publish(struct store_txn *txn)
{
    enum store_status status = st_lock_log(txn);
    if (status != STORE_OK)
        return st_fail(txn, status);
    take_timestamp(txn);
    st_unlock_log(txn);
    for (unsigned k = 0; k < txn->writes; k++) {
        mt_shake();
        mt_store(&txn->write[k].version->stamp, st_stamp_at(txn->commit));
    }
    for (unsigned k = 0; k < txn->writes; k++)
        leave_garbage(txn->worker, &txn->write[k], txn->commit);
    return STORE_OK;
}

bool st_undo(struct store_txn *txn, const struct store_write *write)
{
    st_slot_ptr slot = st_slot_of(txn->worker->store, write->record);
    mt_store(slot, write->is_new ? ST_DEAD : (uintptr_t)write->version->next);
    mt_store(&write->version->stamp, ST_NEVER);
    if (!write->is_new)
        st_retire(txn->worker, write->version);
    return write->is_new;
}

void st_retire_new(struct store_txn *txn, const struct store_write *write)
{
    *st_grave_of(write->version) = (struct st_grave){write->record, txn->worker->store};
    st_retire_record(txn->worker, write->version);
}

/* ---- Garbage --------------------------------------------------------------------------------- */

static void release_version(struct epoch_item *item, const struct db_memory *memory)
{
    db_release(memory, st_version_of(item));
}

static void release_record(struct epoch_item *item, const struct db_memory *memory)
{
    struct st_grave *grave = st_grave_of(st_version_of(item));
    st_free_record(grave->store, grave->record);
    db_release(memory, st_version_of(item));
}

void st_retire(struct store_worker *worker, st_version_ptr version)
{
    epoch_retire(&worker->epoch, &version->item, release_version);
}

void st_retire_record(struct store_worker *worker, st_version_ptr version)
{
    epoch_retire(&worker->epoch, &version->item, release_record);
}

static st_version_ptr take_first(struct st_queue *queue, uint64_t horizon)
{
    struct epoch_item *item = queue->first;
    if (!item || item->epoch >> 1 > horizon)
        return NULL;
    queue->first = item->next;
    if (!queue->first)
        queue->end = &queue->first;
    return st_version_of(item);
}

st_version_ptr st_next_replaced(struct store_worker *worker, uint64_t horizon)
{
    return take_first(&worker->replaced, horizon);
}

st_version_ptr st_next_deleted(struct store_worker *worker, uint64_t horizon)
{
    return take_first(&worker->deleted, horizon);
}

bool st_ends_entries(const struct st_version *version)
{
    return version->has_birth && (version->item.epoch & 1);
}

/* Behind the first version that everybody sees, there may be no further one: nobody goes there. */
bool st_bury(struct store_worker *worker, st_version_ptr version)
{
    struct store *store = worker->store;
    st_slot_ptr slot = st_slot_of(store, st_grave_of(version)->record);
    st_slot head = (uintptr_t)version;
    if (__atomic_compare_exchange_n(slot, &head, ST_DEAD, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return true;
    uint64_t horizon = mt_load(&store->horizon);
    st_version_ptr newer = st_newest(head);
    while (newer && newer != version) {
        st_stamp stamp = st_stamp_of(newer);
        newer = stamp != ST_COMMITTING && stamp <= st_stamp_at(horizon) ? NULL : newer->next;
    }
    if (newer)
        append(&worker->deleted, version, mt_load(&store->clock) << 1);
    else
        st_retire(worker, version);
    return false;
}
