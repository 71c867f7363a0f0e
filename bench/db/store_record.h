/* store_record.h: records and versions of the store: what is done to them within one call, without
 * waiting for memory. store_layers.h puts it together. */
#ifndef BENCH_DB_STORE_RECORD_H
#define BENCH_DB_STORE_RECORD_H

#include "masstree_node.h"
#include "store.h"

/* ---- Stamps ---------------------------------------------------------------------------------- */

/* What tells who sees a version: twice its commit timestamp; or the transaction that has made it,
 * with bit 0 set, until that has stamped it. One that nobody else sees has a time beyond all. */
typedef uint64_t st_stamp;

#define ST_NEVER (UINT64_MAX - 1)
/* An outcome: the transaction is about to get its timestamp, which takes some instructions. */
#define ST_COMMITTING ((st_stamp)1)

static inline st_stamp st_stamp_at(uint64_t timestamp)
{
    return timestamp << 1;
}

static inline st_stamp st_stamp_by(const struct store_txn *txn)
{
    return (uintptr_t)txn | 1;
}

/* ---- Versions -------------------------------------------------------------------------------- */

/* A value of 16 bytes shares the line. */
struct st_version {
    struct st_version *next; /* older; may be gone if no transaction can get that far */
    st_stamp stamp;          /* atomic */
    struct epoch_item item;  /* for a queue of the worker, then for the epoch */
    uint32_t length;         /* of the value */
    uint8_t table;           /* its number */
    bool is_deletion;        /* there is no value, but a struct st_grave */
    bool has_birth;          /* the value is behind the birth */
    bool has_entries;        /* was born itself: not as the version that it has replaced */
    unsigned char bytes[] __attribute__((aligned(8)));
} __attribute__((aligned(64)));
typedef struct st_version *st_version_ptr;

enum { ST_LINE = 64, ST_HEAD = offsetof(struct st_version, bytes) };

/* For a record that is to go. In a version's bytes, which nobody reads. */
struct st_grave {
    uint64_t record;
    struct store *store;
    unsigned char key[]; /* `length` bytes, if it is a deletion */
};

/* In tables with secondary indexes: the number of the first version of a row of them whose keys
 * there are the same. The entries lead to versions of that birth alone: so they may be there
 * already or still while nobody is to see them, and each is put and removed once. */
static inline uint64_t st_birth_of(const struct st_version *version)
{
    uint64_t birth;
    memcpy(&birth, version->bytes, sizeof birth);
    return version->has_birth ? birth : 0;
}

static inline const void *st_value_of(const struct st_version *version)
{
    return version->bytes + (version->has_birth ? sizeof(uint64_t) : 0);
}

/* Bytes of a version that has a value, behind its first line. */
static inline size_t st_length_behind(const struct st_version *version)
{
    size_t length =
        (size_t)((const unsigned char *)st_value_of(version) - (const unsigned char *)version) +
        version->length;
    return length > ST_LINE ? length - ST_LINE : 0;
}

static inline struct st_grave *st_grave_of(struct st_version *version)
{
    return (struct st_grave *)version->bytes;
}

/* Versions wait in a queue by their item. */
static inline struct st_version *st_version_of(struct epoch_item *item)
{
    return (struct st_version *)((char *)item - offsetof(struct st_version, item));
}

/* ---- Records --------------------------------------------------------------------------------- */

enum { ST_FIRST_SEGMENT = 10 }; /* the binary logarithm of its records */

/* Atomic. Leads to the newest version; or is odd, for one that no version can be added to: it is
 * about to leave its index, or free. */
typedef uint64_t st_slot;
typedef st_slot *st_slot_ptr;

#define ST_DEAD ((st_slot)1)

static inline st_slot_ptr st_slot_of(const struct store *store, uint64_t record)
{
    uint64_t place = record + ((uint64_t)1 << ST_FIRST_SEGMENT);
    unsigned log = 63 - (unsigned)__builtin_clzll(place);
    return mt_load(&store->segment[log - ST_FIRST_SEGMENT]) + (place ^ (uint64_t)1 << log);
}

/* NULL: the record is dead. */
static inline st_version_ptr st_newest(st_slot slot)
{
    return slot & 1 ? NULL : (st_version_ptr)(uintptr_t)slot;
}

/* A number for a record, whose slot is nobody's yet; 0: no memory. */
uint64_t st_take_record(struct store *store);
void st_free_record(struct store *store, uint64_t record);

/* ---- Seeing ---------------------------------------------------------------------------------- */

/* The stamp of a version for a transaction that isn't its maker: ST_COMMITTING, or a time. A
 * version that is still its maker's after a look at the outcome had it at that moment: whoever
 * stamps it does that before the outcome is another transaction's. */
static inline st_stamp st_stamp_of(const struct st_version *version)
{
    st_stamp stamp = mt_load(&version->stamp);
    while (stamp & 1) {
        const struct store_txn *maker = (const struct store_txn *)(uintptr_t)(stamp - 1);
        mt_shake();
        st_stamp outcome = __atomic_load_n(&maker->outcome, __ATOMIC_SEQ_CST);
        st_stamp again = mt_load(&version->stamp);
        if (again == stamp)
            return outcome;
        stamp = again;
    }
    return stamp;
}

enum st_sight { ST_HIDDEN, ST_VISIBLE, ST_UNDECIDED };

static inline enum st_sight st_look(struct store_txn *txn, const struct st_version *version)
{
    if (mt_load(&version->stamp) == st_stamp_by(txn))
        return ST_VISIBLE;
    st_stamp stamp = st_stamp_of(version);
    if (stamp == ST_COMMITTING)
        return ST_UNDECIDED;
    if (stamp > st_stamp_at(txn->begin))
        return ST_HIDDEN;
    if (stamp > txn->seen)
        txn->seen = stamp;
    return ST_VISIBLE;
}

/* ---- Writing --------------------------------------------------------------------------------- */

enum st_intent { ST_INSERT, ST_UPDATE, ST_DELETE };

struct st_change {
    enum st_intent intent;
    struct store_table *table;
    struct masstree_key key;
    const void *value; /* but of a deletion */
    uint32_t length;
};

/* Adds a version to a record. If OK, *made is the version, and *replaced one that the transaction
 * had made before, or NULL. */
enum store_status st_write(struct store_txn *txn, uint64_t record, const struct st_change *change,
                           st_version_ptr *made, st_version_ptr *replaced);

/* A new record with a version; and takes it back. The primary index doesn't lead to it yet, but an
 * entry of a secondary one may, that has led to an earlier record of its number. */
enum store_status st_write_new(struct store_txn *txn, const struct st_change *change,
                               uint64_t *record, st_version_ptr *made);
void st_withdraw_new(struct store_txn *txn);

/* Notes why the transaction can only be aborted. Returns it. */
enum store_status st_fail(struct store_txn *txn, enum store_status status);

/* [interleaved] Suspends between two attempts of a transaction, at most. */
enum { STORE_MOST_TURNS = 1024 };

/* ---- Ending ---------------------------------------------------------------------------------- */

/* Gives a transaction its timestamp, and its versions to all; and leaves in the log's buffer what
 * it has done, if there is a log. If that can't be, nothing has happened. */
enum store_status st_publish(struct store_txn *txn);

/* Takes a version of a transaction that is being aborted out again; true: its record is dead, and
 * is to leave the index. */
bool st_undo(struct store_txn *txn, const struct store_write *write);

/* Behind that: the record's number can be given again. */
void st_retire_new(struct store_txn *txn, const struct store_write *write);

/* It has ended; its worker may begin another one with it. */
void st_end(struct store_txn *txn);

/* The key of the version's entry in a secondary index, in txn->entry; of no bytes: it has none. */
struct masstree_key st_entry_of(struct store_txn *txn, const struct store_index *index,
                                const struct st_version *version);

/* ---- The log, if there is one: store_log.c --------------------------------------------------- */

/* Between the two, with a timestamp, the transaction adds a record of what it has written. Not OK:
 * there is nothing to unlock. */
enum store_status st_lock_log(struct store_txn *txn);
void st_log_writes(struct store_txn *txn);
void st_unlock_log(struct store_txn *txn);

/* Whether all that a transaction has read and written lasts. NOT_YET: others may go on first. It
 * writes the log itself if all others of its worker wait, too, or if it has asked so often. */
enum st_logged { ST_LOGGED, ST_NOT_LOGGED, ST_NOT_YET };
enum st_logged st_ask_log(struct store_txn *txn, unsigned asked);

/* ---- Garbage --------------------------------------------------------------------------------- */

/* Recomputes the horizon: the oldest snapshot there is. */
uint64_t st_move_horizon(struct store *store);

/* Takes the first version that nobody can see any more out of one of the worker's queues; NULL:
 * there is none. */
st_version_ptr st_next_replaced(struct store_worker *worker, uint64_t horizon);
st_version_ptr st_next_deleted(struct store_worker *worker, uint64_t horizon);

/* Whether its entries are to go with it, those of a version of st_next_replaced(). */
bool st_ends_entries(const struct st_version *version);

/* Makes the record of a version of st_next_deleted() dead, which is to leave the index. False: a
 * newer version has come, and the old one is cared for. */
bool st_bury(struct store_worker *worker, st_version_ptr version);

void st_retire(struct store_worker *worker, st_version_ptr version);
/* The same, and its record's number can be given again. */
void st_retire_record(struct store_worker *worker, st_version_ptr version);

#endif
