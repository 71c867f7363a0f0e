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
    struct bench_cell best[SUITE_CELLS]; /* each at its best group size, if that was looked for */
    double best_group[SUITE_CELLS];
    char label[48]; /* of a setting in a sweep */
};

/* A workload in several settings. */
enum { SUITE_SETTINGS = 16 };
struct suite_sweep {
    struct suite_report settings[SUITE_SETTINGS];
    unsigned count;
    char skipped[128]; /* settings, and why; "": none */
};

void suite_print(const struct suite_report *reports, size_t count);
/* Nothing, if nothing was measured. `what` changes from setting to setting. */
void suite_print_sweep(const struct suite_sweep *sweep, const char *what);

#endif
