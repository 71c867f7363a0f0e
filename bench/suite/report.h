/* report.h: the suite's tables. */
#ifndef BENCH_SUITE_REPORT_H
#define BENCH_SUITE_REPORT_H

#include "suite.h"

struct suite_report {
    const struct suite_workload *workload;
    struct bench_cell cells[SUITE_CELLS]; /* those without a version were not measured */
    size_t bytes;                         /* working set */
    double huge_mib;                      /* of the process, limits included; -1: not known */
    const char *how_counted;
};

void suite_print(const struct suite_report *reports, size_t count);

#endif
