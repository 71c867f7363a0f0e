/* check.h: what the programs that check the databases have in common. Behind a definition of
 * VERSION, the version that is checked. */
#ifndef BENCH_DB_CHECK_H
#define BENCH_DB_CHECK_H

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness.h"
#include "memory.h"

__attribute__((unused)) static const size_t groups[] = {1, 7, 16};
enum { GROUPS = sizeof groups / sizeof *groups };

static inline void expect(bool is_right, const char *what)
{
    if (is_right)
        return;
    printf("%s: wrong: %s\n", VERSION.name, what);
    exit(1);
}

static inline void *allocate(size_t count, size_t size)
{
    void *block = calloc(count, size);
    expect(block != NULL, "no memory for the check");
    return block;
}

/* ---- Memory that counts, and runs out -------------------------------------------------------- */

__attribute__((unused)) static size_t blocks;    /* atomic: in use */
__attribute__((unused)) static uint64_t to_fail; /* allocations until one fails; 0: none does */

static inline void *allocate_counted(void *context, size_t size)
{
    (void)context;
    if (to_fail > 0 && --to_fail == 0)
        return NULL;
    __atomic_fetch_add(&blocks, 1, __ATOMIC_RELAXED);
    return db_allocate_from_c(NULL, size);
}

static inline void release_counted(void *context, void *block)
{
    (void)context;
    if (block)
        __atomic_fetch_sub(&blocks, 1, __ATOMIC_RELAXED);
    db_release_to_c(NULL, block);
}

__attribute__((unused)) static const struct db_memory counted = {allocate_counted, release_counted,
                                                                 NULL};

/* ---- Threads --------------------------------------------------------------------------------- */

static pthread_barrier_t *start_line; /* NULL: there is one thread */

/* For all that run_threads() has made, once each. */
static inline void start_together(void)
{
    if (start_line)
        pthread_barrier_wait(start_line);
}

/* Calls body() for each of `count` structs of `size` bytes, each in a thread of its own. */
static inline void run_threads(unsigned count, void *(*body)(void *), void *threads, size_t size)
{
    pthread_t handles[count];
    pthread_barrier_t line;
    expect(pthread_barrier_init(&line, NULL, count) == 0, "pthread_barrier_init");
    start_line = &line;
    for (unsigned t = 0; t < count; t++)
        expect(pthread_create(&handles[t], NULL, body, (char *)threads + t * size) == 0,
               "pthread_create");
    for (unsigned t = 0; t < count; t++)
        pthread_join(handles[t], NULL);
    start_line = NULL;
    pthread_barrier_destroy(&line);
}

/* ---- Shaking --------------------------------------------------------------------------------- */

/* What this thread does between two looks; NULL: as below. */
__attribute__((unused)) static _Thread_local void (*between_looks)(void);

/* Stretches what takes a few instructions otherwise, so that others come in between. */
static inline void stretch(void)
{
    if (between_looks) {
        between_looks();
        return;
    }
    static _Thread_local uint64_t state;
    uint64_t draw = bench_random(&state);
    if (draw % 64 == 0)
        for (volatile unsigned spins = draw >> 32 & 1023; spins > 0; spins--)
            ;
    if (draw % 65536 == 1)
        sched_yield();
}

#endif
