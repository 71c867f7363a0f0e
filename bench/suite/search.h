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

SUITE_DECLARE(search);

#endif
