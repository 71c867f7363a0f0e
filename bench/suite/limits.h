/* limits.h: what memory allows, in as many bytes as the workloads have. */
#ifndef BENCH_SUITE_LIMITS_H
#define BENCH_SUITE_LIMITS_H

#include "suite.h"

/* scale->items lines, linked in one random cycle; an operation is a line. */
void suite_limits_build(struct suite_data *data, const struct suite_scale *scale);

void suite_limits_destroy(struct suite_data *data);

suite_run suite_limit_latency, suite_limit_lines;

#endif
