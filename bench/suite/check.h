/* check.h: whether a variant's answers are right, on small data of awkward sizes. */
#ifndef BENCH_SUITE_CHECK_H
#define BENCH_SUITE_CHECK_H

#include "suite.h"

/* Prints a line that counts the answers, and the prefetches of some operations, which by design are
 * the same in all variants that interleave. False: an answer was wrong. */
bool suite_check(const struct suite_workload *workload, unsigned variant);

#endif
