/* scaling.h: how the work of one thread and that of two, each with a scheduler of its own, compare.
 */
#ifndef BENCH_SCALING_H
#define BENCH_SCALING_H

#include <stdbool.h>
#include <stddef.h>

/* One version of a program at one setting. */
struct bench_scaling {
    const char *version, *setting; /* for messages */
    /* Does one thread's share of a round; false: a wrong answer. Both threads are given the same
     * `turn`, and no two rounds. Called by several threads at once. */
    bool (*run)(const struct bench_scaling *cell, unsigned turn, unsigned thread);
    const void *context;
    double units; /* hops of one thread's share */
    /* The results, medians of the rounds in which no other process took the processors away;
     * negative where there was none. */
    double ns[2];         /* per unit and by the clock, of one thread and of two */
    double scaling;       /* how much more two do in the same time */
    unsigned undisturbed; /* rounds */
};

/* Measures every cell by one thread and by two in each round, one right after the other, which
 * first changes. False, after a message, where an answer was wrong or there is no thread to be had.
 */
bool bench_measure_scaling(struct bench_scaling *cells, size_t count, unsigned rounds);

#endif
