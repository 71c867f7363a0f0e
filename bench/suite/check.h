/* check.h: whether a variant's answers are right, on small data of awkward sizes. */
#ifndef BENCH_SUITE_CHECK_H
#define BENCH_SUITE_CHECK_H

#include "suite.h"

/* Prints a line that counts the answers. False: one was wrong. */
bool suite_check(const struct suite_workload *workload, unsigned variant);

#endif
