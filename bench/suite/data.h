/* data.h: data of a workload, built and given back; see suite.h. */
#ifndef BENCH_SUITE_DATA_H
#define BENCH_SUITE_DATA_H

#include "suite.h"

void suite_build(const struct suite_workload *workload, struct suite_data *data,
                 const struct suite_scale *scale);
void suite_destroy(const struct suite_workload *workload, struct suite_data *data);

/* Zipf's exponent of the workloads whose items follow that law: YCSB's 0.99, unless set. */
extern double suite_skew;
/* Of those that are `deep`: their layers, 1 to 9, and the calls for each suspend, 1 at least. */
extern double suite_depth, suite_calls;

/* Room for the operations; no structure yet. */
void suite_data_init(struct suite_data *data, const struct suite_scale *scale);

bool suite_is_right(const struct suite_task *task, const struct suite_job *job, uint64_t result);

#endif
