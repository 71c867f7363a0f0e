/* scaling.c: measures one thread against two. */
#include "scaling.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness.h"

enum { THREADS = 2 };

struct share {
    const struct bench_scaling *cell;
    unsigned turn, thread;
    pthread_barrier_t *start;
    bool right;
    double from, to, cpu; /* seconds */
};

static double thread_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *do_share(void *argument)
{
    struct share *s = argument;
    pthread_barrier_wait(s->start);
    double cpu = thread_seconds();
    s->from = bench_now();
    s->right = s->cell->run(s->cell, s->turn, s->thread);
    s->to = bench_now();
    s->cpu = thread_seconds() - cpu;
    return NULL;
}

/* Of the clock's time, what a thread must have had a processor for, to be undisturbed. */
static const double undisturbed = 0.95;

/* Units per second of `count` threads; negative where they were disturbed. */
static bool run_threads(const struct bench_scaling *cell, unsigned turn, unsigned count,
                        double *rate)
{
    struct share shares[THREADS];
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, count);
    for (unsigned t = 0; t < count; t++) {
        shares[t] = (struct share){.cell = cell, .turn = turn, .thread = t, .start = &start};
        if (t > 0 && pthread_create(&threads[t], NULL, do_share, &shares[t]) != 0) {
            fprintf(stderr, "no second thread to be had\n");
            return false;
        }
    }
    do_share(&shares[0]);
    for (unsigned t = 1; t < count; t++)
        pthread_join(threads[t], NULL);
    double from = shares[0].from, to = shares[0].to, least = shares[0].cpu;
    bool right = shares[0].right;
    for (unsigned t = 1; t < count; t++) {
        from = shares[t].from < from ? shares[t].from : from;
        to = shares[t].to > to ? shares[t].to : to;
        least = shares[t].cpu < least ? shares[t].cpu : least;
        right &= shares[t].right;
    }
    pthread_barrier_destroy(&start);
    *rate = least < undisturbed * (to - from) ? -1 : count * cell->units / (to - from);
    if (!right)
        fprintf(stderr, "WRONG ANSWER from '%s' at %s with %u threads\n", cell->version,
                cell->setting, count);
    return right;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, unsigned count)
{
    if (count == 0)
        return -1;
    qsort(values, count, sizeof *values, compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

bool bench_measure_scaling(struct bench_scaling *cells, size_t count, unsigned rounds)
{
    enum { NS_1, NS_2, RATIO, VALUES };
    double (*values)[VALUES][rounds] = bench_alloc(count, sizeof *values, "the times");
    unsigned turn = 0;
    for (unsigned round = 0; round < rounds; round++)
        for (size_t k = 0; k < count; k++) {
            double rate[THREADS + 1];
            unsigned first = 1 + round % 2, second = 3 - first;
            if (!run_threads(&cells[k], turn++, first, &rate[first]) ||
                !run_threads(&cells[k], turn++, second, &rate[second]))
                return false;
            if (rate[1] < 0 || rate[2] < 0)
                continue;
            unsigned n = cells[k].undisturbed++;
            values[k][NS_1][n] = 1e9 / rate[1];
            values[k][NS_2][n] = 1e9 / rate[2];
            values[k][RATIO][n] = rate[2] / rate[1];
        }
    for (size_t k = 0; k < count; k++) {
        cells[k].ns[0] = median_of(values[k][NS_1], cells[k].undisturbed);
        cells[k].ns[1] = median_of(values[k][NS_2], cells[k].undisturbed);
        cells[k].scaling = median_of(values[k][RATIO], cells[k].undisturbed);
    }
    free(values);
    return true;
}
