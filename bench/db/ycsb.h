/* ycsb.h: transactions of the key-value benchmark YCSB (Cooper et al., SoCC 2010) on the store. */
#ifndef BENCH_DB_YCSB_H
#define BENCH_DB_YCSB_H

#include "../harness.h"

#include "gates.h" /* [interleaved] */
#include "store.h"

enum {
    YCSB_OPERATIONS = 10, /* of a transaction */
    YCSB_KEY = 8,         /* bytes */
};

/* Numbers of the items make keys and values. A value begins with a number and its check. */
struct ycsb_value {
    uint64_t number, check;
};

enum ycsb_kind { YCSB_PROBE, YCSB_READ, YCSB_UPDATE, YCSB_INSERT, YCSB_SCAN, YCSB_MODIFY };

struct ycsb_request {
    uint64_t kind : 4;
    uint64_t length : 12; /* of a scan, in records */
    uint64_t is_new : 1;  /* the item is counted from the job's first new one on */
    int64_t item : 47;    /* is at least 0, if it isn't new */
};

/* What operations have come to. */
struct ycsb_tally {
    uint64_t sum;      /* of each number that was found times 2 * the number of its request + 1 */
    uint64_t scanned;  /* records */
    uint64_t missing;  /* items that were there before the job, and weren't found */
    uint64_t wrong;    /* values whose check is wrong */
    uint64_t modified; /* numbers that were added to */
};

static inline void ycsb_add_tally(struct ycsb_tally *to, const struct ycsb_tally *tally)
{
    to->sum += tally->sum;
    to->scanned += tally->scanned;
    to->missing += tally->missing;
    to->wrong += tally->wrong;
    to->modified += tally->modified;
}

/* What a scan needs. */
struct ycsb_scan {
    struct store_scan scan;
    struct ycsb_tally *tally;
    uint64_t left;          /* records that are still wanted */
    struct ycsb_scan *next; /* of those that are free */
};

/* Transactions to do, on a worker that isn't pinned. */
struct ycsb_job {
    struct store_worker *worker;
    struct store_table *table;
    const struct ycsb_request *requests; /* YCSB_OPERATIONS for each */
    size_t first, count, group;          /* which transactions; in flight at a time */
    uint64_t first_new;                  /* item that nobody has inserted yet */
    struct ycsb_scan **free;             /* scans, as many as are in flight */
    struct gates *gates; /* [interleaved] the worker's; NULL: writers aren't kept apart */
    double *micros;      /* how long each transaction takes; NULL: nobody wants to know */
    /* What it has come to. */
    struct ycsb_tally tally;  /* of what was committed */
    uint64_t waited;          /* [interleaved] transactions that didn't begin at once */
    uint64_t refused;         /* conflicts, after each of which the transaction was done again */
    enum store_status failed; /* why one can't be done; or OK */
};

struct ycsb_version {
    const char *name;
    void (*run)(struct ycsb_job *job);
    void (*add_up)(struct ycsb_job *job); /* all records, instead of the transactions; or NULL */
};

extern const struct ycsb_version ycsb_sequential, ycsb_linked, ycsb_inlined, ycsb_two_level,
    ycsb_amac;

/* All items have different numbers: bench_random() maps no two states to one number. */
static inline uint64_t ycsb_key_of(uint64_t item)
{
    return __builtin_bswap64(bench_random(&item));
}

/* The number in an item's value before anybody writes it. */
static inline uint64_t ycsb_first_number(uint64_t item)
{
    return item;
}

static inline struct ycsb_value ycsb_value_of(uint64_t key, uint64_t number)
{
    uint64_t state = key ^ number * 0x9e3779b97f4a7c15;
    return (struct ycsb_value){number, bench_random(&state)};
}

static inline bool ycsb_is_right(uint64_t key, const struct ycsb_value *value)
{
    return value->check == ycsb_value_of(key, value->number).check;
}

#endif
