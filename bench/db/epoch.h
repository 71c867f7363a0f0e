/* epoch.h: when memory that other threads may still be reading can be released: epoch-based
 * reclamation (Fraser, "Practical lock-freedom", PhD thesis, Cambridge 2004, section 5.2.3).
 *
 * Who reads shared blocks pins the epoch first, and unpins it when it holds no pointer to them any
 * more. Who has made a block unreachable retires it. The epoch moves on from e to e + 1 when all
 * that are pinned are so in e; what was retired in e is released once it is e + 2.
 *
 * Tasks that are suspended count as reading: a worker pins the epoch once for all tasks that it
 * interleaves, and pins it anew from batch to batch, as CoroBase does (He, Lu and Wang, PVLDB
 * 14(3), 2021). Nothing here allocates, so nothing can fail for want of memory. */
#ifndef BENCH_DB_EPOCH_H
#define BENCH_DB_EPOCH_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/* Lies within the block that is to be retired; release() frees that block. It runs in any thread,
 * and may not use the epoch. */
struct epoch_item {
    struct epoch_item *next;
    uint64_t epoch; /* in which it was retired */
    void (*release)(struct epoch_item *item, const struct db_memory *memory);
};

struct epoch_list {
    struct epoch_item *first, **end;
    size_t count;
};

/* What several threads share. They are its workers. */
struct epoch {
    uint64_t now; /* atomic; begins with 1 */
    const struct db_memory *memory;
    pthread_mutex_t mutex; /* protects what follows */
    struct epoch_worker *workers;
    struct epoch_list orphans; /* of workers that have left */
};

/* One thread's part. Its functions are for one thread at a time. */
struct epoch_worker {
    uint64_t pinned; /* atomic: the epoch; 0: not pinned */
    struct epoch *epoch;
    struct epoch_worker *next;
    struct epoch_list retired; /* oldest first */
    size_t until_advance;      /* items to retire before the next attempt */
};

/* `memory` is handed to release(), and outlives the epoch. 0, or an error number: of
 * pthread_mutex_init(). */
int epoch_init(struct epoch *epoch, const struct db_memory *memory);

/* Releases all that was retired. All workers have left. */
void epoch_destroy(struct epoch *epoch);

/* The worker's memory is the caller's, and stays in place until it has left. Any thread. */
void epoch_join(struct epoch *epoch, struct epoch_worker *worker);

/* The worker is not pinned. What it has retired is released in time, all the same. */
void epoch_leave(struct epoch_worker *worker);

/* Doesn't nest. */
void epoch_pin(struct epoch_worker *worker);
void epoch_unpin(struct epoch_worker *worker);

/* Hands over a block that no thread can reach any more that pins the epoch from now on. It is
 * released later, in this call at the earliest if nobody is pinned. */
void epoch_retire(struct epoch_worker *worker, struct epoch_item *item,
                  void (*release)(struct epoch_item *item, const struct db_memory *memory));

/* Moves the epoch on if it can be, and releases what the worker has retired and can be. */
void epoch_collect(struct epoch_worker *worker);

#endif
