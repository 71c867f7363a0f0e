/* counters.c: by perf_event_open(). */
#define _GNU_SOURCE
#include "counters.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct kind {
    uint32_t type;
    uint64_t config;
};

static const struct kind of_processor[COUNTERS_EVENTS] = {
    [COUNTERS_INSTRUCTIONS] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    [COUNTERS_CYCLES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    [COUNTERS_BRANCH_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    [COUNTERS_CACHE_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
};

/* The third there isn't: as where a processor lacks an event. The clock is not the first: some
 * kernels count no page faults in its group. */
static const struct kind of_software[COUNTERS_EVENTS] = {
    [COUNTERS_INSTRUCTIONS] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN},
    [COUNTERS_CYCLES] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    [COUNTERS_BRANCH_MISSES] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_MAX},
    [COUNTERS_CACHE_MISSES] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
};

static int open_event(struct kind kind, int group)
{
    struct perf_event_attr attr = {
        .type = kind.type,
        .size = sizeof attr,
        .config = kind.config,
        .read_format =
            PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, group, PERF_FLAG_FD_CLOEXEC);
}

void counters_open(struct counters *counters)
{
    const struct kind *kinds = getenv("BENCH_COUNTS_SOFTWARE") ? of_software : of_processor;
    counters->group = -1;
    for (unsigned k = 0; k < COUNTERS_EVENTS; k++) {
        counters->event[k] = open_event(kinds[k], counters->group);
        if (counters->group < 0)
            counters->group = counters->event[k];
    }
}

void counters_close(struct counters *counters)
{
    for (unsigned k = 0; k < COUNTERS_EVENTS; k++)
        if (counters->event[k] >= 0)
            close(counters->event[k]);
}

struct counters_sum counters_read(const struct counters *counters)
{
    struct {
        uint64_t count, asked, counted;
        uint64_t event[COUNTERS_EVENTS]; /* those that are counted, in the order of opening */
    } group;
    struct counters_sum sum = {0};
    if (counters->group < 0 || read(counters->group, &group, sizeof group) <= 0)
        return sum;
    sum.asked = group.asked, sum.counted = group.counted;
    for (unsigned k = 0, next = 0; k < COUNTERS_EVENTS; k++)
        if (counters->event[k] >= 0)
            sum.event[k] = group.event[next++];
    return sum;
}

void counters_add(struct counters_sum *sum, struct counters_sum before, struct counters_sum after)
{
    sum->asked += after.asked - before.asked;
    sum->counted += after.counted - before.counted;
    for (unsigned k = 0; k < COUNTERS_EVENTS; k++)
        sum->event[k] += after.event[k] - before.event[k];
}

double counters_total(const struct counters *counters, const struct counters_sum *sum,
                      enum counters_event event)
{
    if (counters->event[event] < 0 || sum->counted == 0)
        return -1;
    return (double)sum->event[event] * ((double)sum->asked / (double)sum->counted);
}
