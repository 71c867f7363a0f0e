/* counters.h: what the kernel counts of the calling thread while it is in user mode: a group of
 * events, of which all are counted at the same time. C and C++. */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum counters_event {
    COUNTERS_INSTRUCTIONS,
    COUNTERS_CYCLES,
    COUNTERS_BRANCH_MISSES,
    COUNTERS_CACHE_MISSES, /* of the last level, as a rule: the processor's driver says which */
    COUNTERS_EVENTS
};

struct counters {
    int event[COUNTERS_EVENTS]; /* file descriptors; -1: not counted */
    int group;                  /* the one that stands for all; -1: none is counted */
};

/* What was counted in some time. */
struct counters_sum {
    uint64_t asked, counted; /* ns of it; the second is shorter where others used the counters */
    uint64_t event[COUNTERS_EVENTS];
};

/* Begins to count those events that can be counted: none where the kernel refuses
 * (perf_event_paranoid, a container) or the machine shows no counters (most virtual ones). Where
 * BENCH_COUNTS_SOFTWARE is in the environment these are the kernel's own events, which it can
 * count anywhere, in place of the processor's: of no use but to tests. */
void counters_open(struct counters *counters);
void counters_close(struct counters *counters);

/* Everything since the beginning; zero where nothing is counted. */
struct counters_sum counters_read(const struct counters *counters);

/* Adds what was counted between two readings. */
void counters_add(struct counters_sum *sum, struct counters_sum before, struct counters_sum after);

/* An event of the whole time, by its share of which it was counted; negative: not known. */
double counters_total(const struct counters *counters, const struct counters_sum *sum,
                      enum counters_event event);

#ifdef __cplusplus
}
#endif

#endif
