/* search.h: a dictionary in ascending order, searched by bisection, as column stores encode their
 * columns: the first operator that coroutines were tried on, Psaropoulos, Legler, May and Ailamaki,
 * PVLDB 11(2), 2017. */
#ifndef BENCH_SUITE_SEARCH_H
#define BENCH_SUITE_SEARCH_H

#include "suite.h"

struct dictionary {
    uint64_t *keys;   /* ascending, all different */
    uint64_t *values; /* of the keys, in their order */
    size_t count;     /* 1 at least */
};

/* How far a search goes on: `half`, where the key in the middle is at most the one it looks for, or
 * not at all. Without a branch, which the processor would guess wrong every other time. */
static inline size_t search_advance(bool at_most, size_t half)
{
#ifdef __clang__
    return __builtin_unpredictable(at_most) ? half : 0;
#else
    return -(size_t)at_most & half;
#endif
}

SUITE_DECLARE(search);

#endif
