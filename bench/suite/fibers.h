/* fibers.h: instead of <coroinline/coro.h>, turns coroutines into plain functions that run on
 * stacks of their own and switch to another one where they would suspend. C and C++. FIBERS is by
 * whose help: boost or ucontext. */
#ifndef BENCH_SUITE_FIBERS_H
#define BENCH_SUITE_FIBERS_H

#include "suite.h"

#define FIBERS_JOIN(library, name) library##_fibers_##name
#define FIBERS_NAME(library, name) FIBERS_JOIN(library, name)
#define fibers_yield FIBERS_NAME(FIBERS, yield)
#define fibers_run FIBERS_NAME(FIBERS, run)

#ifdef __cplusplus
extern "C" {
#endif
/* In an operation: lets the others run. */
void fibers_yield(void);
/* Does a job, each of its operations by a call of operate(). Returns the sum of suite_weigh(). */
uint64_t fibers_run(const struct suite_job *job,
                    uint64_t (*operate)(const struct suite_job *job, size_t i));
#ifdef __cplusplus
}
#else
#include "../sequential.h"

#undef coro_suspend
#undef coro_prefetch
#undef coro_prefetch_range
#define coro_suspend() fibers_yield()
#define coro_prefetch(p) (__builtin_prefetch((p), 0, 3), fibers_yield())
#define coro_prefetch_range(p, bytes) (fibers_prefetch_lines((p), (bytes)), fibers_yield())

/* As coro.h does it. */
static inline void fibers_prefetch_lines(const void *p, size_t bytes)
{
    const char *first = (const char *)((uintptr_t)p & ~(uintptr_t)63);
    for (const char *line = first; line < (const char *)p + bytes; line += 64)
        __builtin_prefetch(line, 0, 3);
}
#endif

#endif
