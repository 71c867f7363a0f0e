/* store.h: a multi-version store in memory: tables of records, with a primary index and secondary
 * ones, and transactions under snapshot isolation (Berenson et al., SIGMOD 1995): a transaction
 * reads what was committed when it began, and its own writes; of two that overlap and write the
 * same record, one is refused.
 *
 * As in ERMIA (Kim, Wang, Johnson and Pandis, SIGMOD 2016), which CoroBase (He, Lu and Wang, PVLDB
 * 14(3), 2021) drives by coroutines, indexes lead to record numbers, and one array leads from these
 * to the newest version of a record; each version leads to an older one. An update touches no
 * index, unless it changes what a secondary one is made of. A version belongs to the transaction
 * that has made it until that has its commit timestamp, which one counter gives.
 *
 * What a transaction does are coroutines, in store_layers.h. */
#ifndef BENCH_DB_STORE_H
#define BENCH_DB_STORE_H

#include "log.h"
#include "masstree.h"

enum {
    STORE_MAX_TABLES = 16,
    STORE_MAX_INDEXES = 2,                  /* of a table, besides the primary one */
    STORE_MAX_WRITES = 64,                  /* records that a transaction writes */
    STORE_MAX_KEYS = 2048,                  /* bytes of their keys, together */
    STORE_MAX_ENTRY = MASSTREE_MAX_KEY - 8, /* bytes of a key of a secondary index */
    STORE_SEGMENTS = 40,
};

enum store_status {
    STORE_OK,
    /* The transaction goes on: */
    STORE_MISSING, /* there is no such record */
    STORE_EXISTS,  /* of insert: there is one */
    /* It can only be aborted, and a commit does that: */
    STORE_CONFLICT,  /* another transaction writes the record, or has since this one began */
    STORE_NO_MEMORY, /* nothing has happened */
    STORE_TOO_LARGE, /* more writes or longer keys than fit; the same */
    /* The log could not be written. If `commit` of the transaction is 0 and it has written, nothing
     * has happened; else others may see it, or it has seen such a one, and whether it has happened
     * is known when the log is opened again. Nothing more can be written meanwhile. */
    STORE_NOT_LOGGED,
    /* Of what somebody has wanted so: */
    STORE_ABORTED,
};
typedef enum store_status store_status;

typedef struct {
    enum store_status status;
    uint32_t length;   /* if OK: of the value, in bytes */
    const void *value; /* in place until the transaction ends; 8-byte aligned */
} store_result;

/* Writes the key under which a secondary index finds a value, at most STORE_MAX_ENTRY bytes, and
 * returns its length; STORE_NO_ENTRY: it doesn't. Always the same for the same value. Any thread.
 */
typedef size_t store_extract(const void *value, size_t length, unsigned char *key);
#define STORE_NO_ENTRY SIZE_MAX

/* Entries are the extracted key and the birth of the version that has brought it (see struct
 * st_version), 8 bytes, the highest first: many records may have one key. */
struct store_index {
    struct masstree tree;
    store_extract *extract;
};

struct store_table {
    unsigned number;
    struct masstree primary; /* key -> record number */
    unsigned index_count;
    struct store_index index[STORE_MAX_INDEXES];
};

struct st_version;
struct store_txn;
struct store_version;

/* First in, first out. */
struct st_queue {
    struct epoch_item *first, **end;
};

struct store {
    uint64_t clock;   /* atomic: the last commit timestamp that was given */
    uint64_t horizon; /* atomic: no transaction sees an older state, now and later */
    uint64_t births;  /* atomic */
    const struct db_memory *memory;
    struct log *log; /* NULL: what is committed doesn't last */
    struct epoch epoch;
    unsigned table_count;
    struct store_table table[STORE_MAX_TABLES];
    /* Records: by number, from 1 on, in segments each of which is as large as all before. */
    uint64_t *segment[STORE_SEGMENTS]; /* atomic */
    uint64_t records;                  /* atomic: numbers that were ever given, and 0 */
    uint64_t free_record;              /* atomic; written with the mutex */
    struct store_txn *transactions;    /* atomic: all there are, linked by `next` */
    pthread_mutex_t mutex;             /* protects what follows, and free_record */
    struct store_txn *idle;            /* of workers that have left, by `next_idle` */
    struct st_queue replaced, deleted; /* the same, see struct store_worker */
};

/* One thread's part. */
struct store_worker {
    struct epoch_worker epoch;
    struct store *store;
    struct store_txn *idle;   /* transactions that aren't under way, by `next_idle` */
    struct st_queue replaced; /* versions, with the time of the commit since which they are so */
    struct st_queue deleted;  /* versions that say that a record is deleted, with theirs */
    unsigned until_collect;   /* commits */
    unsigned active, waiting; /* transactions under way, and those that wait for the log */
    struct log_buffer log;    /* if there is one */
};

/* A record that a transaction has written. */
struct store_write {
    uint64_t record;
    struct st_version *version;
    struct store_table *table;
    uint16_t key, key_length; /* in `keys` */
    bool is_new;              /* no index led to the record before */
};

/* A transaction, of fixed size. The store's: others may look at it after it has ended. */
struct store_txn {
    uint64_t
        outcome;     /* atomic: what others take for the stamp of its versions; see st_stamp_of() */
    uint64_t floor;  /* atomic: no later than `begin`, for the horizon; STORE_NO_SNAPSHOT: ended */
    uint64_t begin;  /* it sees what was committed until then */
    uint64_t commit; /* when it was, if it has written; then, and only then, it is not 0 */
    uint64_t seen;   /* the stamp of the newest version that it has read */
    enum store_status failed; /* why it can only be aborted; or OK */
    struct store_worker *worker;
    struct store_txn *next, *next_idle;
    unsigned writes, key_bytes;
    struct store_write write[STORE_MAX_WRITES];
    unsigned char keys[STORE_MAX_KEYS];
    unsigned char entry[MASSTREE_MAX_KEY]; /* of a secondary index, while it is put or removed */
};
#define STORE_NO_SNAPSHOT UINT64_MAX

/* ---- The store --------------------------------------------------------------------------------
 */

/* An empty store without tables, with memory from *memory, which outlives it. 0, or an error
 * number: of pthread_mutex_init(). */
int store_init(struct store *store, const struct db_memory *memory);

/* Frees it all. All workers have left. */
void store_destroy(struct store *store);

/* Before any worker joins. The table is the store's; NULL: no memory, or too many of them. */
struct store_table *store_add_table(struct store *store, store_extract *const *extract,
                                    unsigned indexes);

/* Opens a log, which outlives the store, and does again what is in it; then, whoever commits waits
 * for it. No worker has joined, or all have left; the tables are those that there were when the log
 * was written. What was committed before isn't in it. 0, or an error number: of the system's calls;
 * EBADMSG: there is another table in it. */
int store_open_log(struct store *store, struct log *log, const char *path, const struct log_io *io,
                   const struct store_version *with);

/* The worker's memory is the caller's, and stays in place until it has left. 0, or an error number,
 * of pthread_mutex_init(), if there is a log. Any thread. */
int store_join(struct store *store, struct store_worker *worker);
/* None of its transactions is under way. What it leaves behind is for whoever joins next. */
void store_leave(struct store_worker *worker);
/* The worker collects no garbage for thousands of millions of commits. It would once in many: where
 * the instructions of a few are counted, by chance. */
void store_keep_garbage(struct store_worker *worker);

/* Begins a transaction, which is its worker's; the worker is pinned from before that until the
 * transaction has ended, by store_commit() or store_abort(). NULL: no memory. */
struct store_txn *store_begin(struct store_worker *worker);

/* ---- Scans ----------------------------------------------------------------------------------- */

/* Takes one record of a scan. The key is there until it returns. False: enough. */
typedef bool store_visit(void *context, struct masstree_key key, store_result value);

enum { STORE_SCAN_BATCH = 16, STORE_SCAN_BYTES = 2048 };

/* From where a scan goes, and what it has come to. The caller's. */
struct store_scan {
    struct masstree_key from; /* the first key that is wanted, if it is there */
    bool is_exact;            /* of a secondary index: that key alone */
    store_visit *visit;
    void *context; /* handed to it */
    uint64_t count;
    /* What the index has told and wasn't visited yet. */
    struct masstree_scan index;
    bool is_cut; /* there may be more */
    unsigned batch;
    struct masstree_key noted[STORE_SCAN_BATCH]; /* each in `keys` */
    uint64_t record[STORE_SCAN_BATCH];
    unsigned used; /* bytes of `keys` */
    unsigned char keys[STORE_SCAN_BYTES];
    unsigned char next[MASSTREE_MAX_KEY + 1]; /* from where the index goes on */
};

/* ---- Batches of transactions, in each of the ways in which the layers are compiled ------------
 */

enum store_kind {
    STORE_GET,
    STORE_INSERT,
    STORE_UPDATE,
    STORE_DELETE,
    STORE_ADD, /* to the number that the value begins with, 8 bytes in this machine's order */
    STORE_SCAN,
};

struct store_operation {
    enum store_kind kind;
    struct store_table *table;
    struct masstree_key key;  /* in place until the transaction has ended */
    int index;                /* of a scan: the secondary one; -1: the primary one */
    struct store_scan *scan;  /* of a scan */
    const void *value;        /* to insert and update */
    uint32_t length;          /* its bytes */
    uint64_t number;          /* to add; of get and add, what the value began with */
    enum store_status status; /* of each that was done */
};

struct store_transaction {
    struct store_operation *operations; /* done in this order, until one fails */
    size_t count;
    bool is_unwanted;         /* is aborted where it would be committed */
    enum store_status status; /* OK: it is committed; else it has not happened, and that is why */
    uint64_t begin, commit;   /* timestamps; commit: 0 if it has written nothing */
    uint64_t started, ended;  /* when, by the job's clock */
};

/* Transactions to do, in any order. The worker is not pinned: it will be while they are done. */
struct store_job {
    struct store_worker *worker; /* of this thread */
    struct store_transaction *transactions;
    size_t count;
    size_t group;    /* in flight at a time, if they are interleaved */
    uint64_t *clock; /* atomic: counts what happens in all threads; NULL: nobody wants to know */
};

struct store_version {
    const char *name;
    void (*run)(const struct store_job *job);
    /* The same by hand, one step to its end. */
    enum store_status (*operate)(struct store_txn *txn, struct store_operation *operation);
    enum store_status (*commit)(struct store_txn *txn);
    void (*abort)(struct store_txn *txn);
    void (*collect)(struct store_worker *worker); /* pinned */
};

extern const struct store_version store_sequential, store_linked, store_inlined, store_two_level;

#endif
