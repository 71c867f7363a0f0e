/* history.h: whether what transactions have seen could have been under snapshot isolation, with the
 * timestamps that the store gave them: each sees what was committed until its begin, and its own
 * writes; of two that overlap and have written the same key, one is not committed; and whoever
 * begins after another one's end sees that (Adya, "Weak consistency", PhD thesis, MIT 1999, calls
 * that strong snapshot isolation's). */
#ifndef BENCH_DB_HISTORY_H
#define BENCH_DB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum history_kind {
    HISTORY_WRITE,   /* the key has this value from then on; 0: it is gone */
    HISTORY_READ,    /* it has this value; 0: there is none */
    HISTORY_PRESENT, /* it has one */
    HISTORY_OUTSIDE, /* it has none that is this one modulo HISTORY_CLASSES */
};

enum { HISTORY_CLASSES = 8 };

struct history_event {
    enum history_kind kind;
    size_t key; /* a number below history.keys */
    uint64_t value;
};

struct history_txn {
    uint64_t begin, commit;  /* timestamps; commit is 0 where nothing was committed */
    uint64_t started, ended; /* by one clock, in which nothing has the same time */
    size_t first, count;     /* its events, in order */
};

struct history {
    size_t keys;
    struct history_txn *txns;
    struct history_event *events;
    size_t txn_count, event_count;
};

/* NULL, or what is wrong: a static text. Exits with 1 where there is no memory. Any thread. */
const char *history_check(const struct history *history);

/* The value that a key has after all of them; 0: none. */
uint64_t history_value(const struct history *history, size_t key);

#endif
