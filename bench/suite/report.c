/* report.c: prints the suite's tables: a row for each workload, a column for each variant. */
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As the columns have room for them, and in tables that fit on a page: by hand, the layers in C,
 * and others' ways. */
static const struct {
    enum suite_variant variant;
    const char *name;
} blocks[][5] = {
    {{SUITE_SEQUENTIAL, "sequent."},
     {SUITE_GROUP, "group p."},
     {SUITE_PIPELINE, "pipeline"},
     {SUITE_AMAC, "AMAC"},
     {SUITE_TWO_LEVEL, "two-level"}},
    {{SUITE_FUSED, "fused"},
     {SUITE_INLINED, "inlined"},
     {SUITE_LINKED, "linked"},
     {SUITE_STACK, "stack"},
     {SUITE_CIRCULAR, "circular"}},
    {{SUITE_POOLED, "C++20"},
     {SUITE_ELIDED, "elided"},
     {SUITE_ELIDABLE, "elidable"},
     {SUITE_FLAT, "flat"},
     {SUITE_BOOST, "fibers"}},
    {{SUITE_GCC_POOLED, "g++"},
     {SUITE_GCC_FLAT, "g++ flat"},
     {SUITE_UCONTEXT, "ucontext"},
     {SUITE_RUST, "Rust"},
     {SUITE_RUST_FLAT, "Rust flat"}},
};

enum { BLOCKS = sizeof blocks / sizeof *blocks, COLUMNS = sizeof *blocks / sizeof **blocks };

static const char *label_of(const struct suite_report *report)
{
    return *report->label ? report->label : report->workload->name;
}

/* Negative: not measured. */
typedef double value_of(const struct bench_cell *cell, const struct bench_cell *base);

static double time_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->median : -1;
}

static double instructions_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->instructions : -1;
}

static double cycles_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->cycles : -1;
}

static double ipc_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version && cell->cycles > 0 ? cell->instructions / cell->cycles : -1;
}

static double branch_misses_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->branch_misses : -1;
}

static double cache_misses_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->cache_misses : -1;
}

static double frames_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->frames : -1;
}

static double heap_calls_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version ? cell->heap_calls : -1;
}

static double ratio_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    return cell->version && base->version ? cell->median / base->median : -1;
}

static void print_head(unsigned b, const char *title)
{
    const char *names[COLUMNS];
    for (unsigned k = 0; k < COLUMNS; k++)
        names[k] = blocks[b][k].name;
    bench_print_head(title, names, COLUMNS);
}

static void print_quartiles(unsigned b, const struct suite_report *report)
{
    double low[COLUMNS], high[COLUMNS];
    for (unsigned k = 0; k < COLUMNS; k++) {
        const struct bench_cell *cell = &report->cells[blocks[b][k].variant];
        low[k] = cell->version ? cell->lower : -1;
        high[k] = cell->version ? cell->upper : -1;
    }
    bench_print_range("  quartiles", low, high, COLUMNS);
}

/* Over the workloads, where all of them have the value. */
static void print_means(unsigned b, const struct suite_report *reports, size_t count, value_of *of,
                        enum suite_variant base, int decimals)
{
    double means[COLUMNS];
    for (unsigned k = 0; k < COLUMNS; k++) {
        double sum = 0;
        bool known = true;
        for (size_t w = 0; w < count; w++) {
            double value = of(&reports[w].cells[blocks[b][k].variant], &reports[w].cells[base]);
            known &= value > 0;
            sum += known ? log(value) : 0;
        }
        means[k] = known ? exp(sum / (double)count) : -1;
    }
    bench_print_row("geometric mean", means, COLUMNS, decimals);
}

static bool has_values(unsigned b, const struct suite_report *reports, size_t count, value_of *of,
                       enum suite_variant base)
{
    for (size_t w = 0; w < count; w++)
        for (unsigned k = 0; k < COLUMNS; k++)
            if (of(&reports[w].cells[blocks[b][k].variant], &reports[w].cells[base]) >= 0)
                return true;
    return false;
}

/* False: there is nothing to print. */
static bool print_table(const struct suite_report *reports, size_t count, const char *title,
                        value_of *of, enum suite_variant base, int decimals)
{
    bool any = false;
    for (unsigned b = 0; b < BLOCKS; b++) {
        if (!has_values(b, reports, count, of, base))
            continue;
        any = true;
        print_head(b, title);
        for (size_t w = 0; w < count; w++) {
            double values[COLUMNS];
            for (unsigned k = 0; k < COLUMNS; k++)
                values[k] = of(&reports[w].cells[blocks[b][k].variant], &reports[w].cells[base]);
            bench_print_row(label_of(&reports[w]), values, COLUMNS, decimals);
            if (of == time_of)
                print_quartiles(b, &reports[w]);
        }
        if (count > 1 && of == ratio_of)
            print_means(b, reports, count, of, base, decimals);
    }
    return any;
}

/* Of the processor's counters, in user mode. */
static void print_counts(const struct suite_report *reports, size_t count)
{
    static const struct {
        const char *title;
        value_of *of;
        int decimals;
    } tables[] = {{"cycles/operation", cycles_of, 0},
                  {"instructions/cycle", ipc_of, 2},
                  {"branch misses/operation", branch_misses_of, 2},
                  {"cache misses/operation", cache_misses_of, 2}};
    for (unsigned k = 0; k < sizeof tables / sizeof *tables; k++)
        if (!print_table(reports, count, tables[k].title, tables[k].of, SUITE_TWO_LEVEL,
                         tables[k].decimals))
            printf("\n%-26s n/a: the kernel doesn't count them here\n", tables[k].title);
}

/* That an operation asks for, which is the same in all variants that interleave. */
static double lines_of(const struct suite_report *report)
{
    for (unsigned v = SUITE_SEQUENTIAL + 1; v < SUITE_VARIANTS; v++)
        if (report->cells[v].version)
            return report->cells[v].prefetches;
    return -1;
}

static void print_limits(const struct suite_report *reports, size_t count)
{
    enum { FIGURES = 5 };
    static const char *const names[FIGURES] = {"latency", "lines", "lines/op.", "MiB", "huge MiB"};
    static const int decimals[FIGURES] = {1, 1, 1, 0, 0};
    bench_print_head("memory, CPU ns a line", names, FIGURES);
    for (size_t w = 0; w < count; w++) {
        double values[FIGURES] = {reports[w].cells[SUITE_LATENCY].median,
                                  reports[w].cells[SUITE_LINES].median, lines_of(&reports[w]),
                                  (double)reports[w].bytes / 1048576, reports[w].huge_mib};
        bench_print_mixed_row(reports[w].workload->name, values, decimals, FIGURES);
    }
    printf("  (latency: each address known when the line before has come; lines: all known in\n"
           "  advance; both at random places of as many bytes, in turns with the workload;\n"
           "  lines/op.: prefetches of an operation, also of what is in the caches; MiB: of the\n"
           "  workload; huge MiB: of the whole process, where the kernel gave the huge pages that\n"
           "  were asked for)\n");
}

/* The group size that a cell of the next table was measured with. */
static double group_of(const struct bench_cell *cell, const struct bench_cell *base)
{
    (void)base;
    return cell->version && cell->units > 0 ? cell->units : -1;
}

/* Each variant at the group size that is the best for it. */
static void print_best(const struct suite_report *reports, size_t count)
{
    struct suite_report *best = bench_alloc(count, sizeof *best, "the table");
    for (size_t w = 0; w < count; w++) {
        best[w] = reports[w];
        memcpy(best[w].cells, reports[w].best, sizeof best[w].cells);
        for (unsigned v = 0; v < SUITE_CELLS; v++)
            best[w].cells[v].units = reports[w].best_group[v];
    }
    print_table(best, count, "each at its best group", time_of, SUITE_TWO_LEVEL, 1);
    print_table(best, count, "that time / two-level", ratio_of, SUITE_TWO_LEVEL, 3);
    print_table(best, count, "that time / AMAC", ratio_of, SUITE_AMAC, 3);
    print_table(best, count, "best group", group_of, SUITE_TWO_LEVEL, 0);
    free(best);
}

void suite_print_sweep(const struct suite_sweep *sweep, const char *what)
{
    if (sweep->count == 0)
        return;
    printf("\n%s, by %s:\n", sweep->settings[0].workload->name, what);
    print_table(sweep->settings, sweep->count, "CPU ns/operation, median", time_of, SUITE_TWO_LEVEL,
                1);
    if (*sweep->skipped)
        printf("  %s, %s\n", sweep->settings[0].workload->name, sweep->skipped);
}

static void print_absent(void)
{
    for (unsigned v = 0; v < SUITE_VARIANTS; v++)
        if (suite_why_absent(v))
            printf("not in this build: %s: %s\n", suite_variant_name(v), suite_why_absent(v));
}

void suite_print(const struct suite_report *reports, size_t count)
{
    print_table(reports, count, "CPU ns/operation, median", time_of, SUITE_TWO_LEVEL, 1);
    print_table(reports, count, "time / two-level", ratio_of, SUITE_TWO_LEVEL, 3);
    print_table(reports, count, "time / AMAC", ratio_of, SUITE_AMAC, 3);
    print_table(reports, count, "instructions/operation", instructions_of, SUITE_TWO_LEVEL, 1);
    printf("  (instructions in user mode; %s)\n", reports->how_counted);
    print_table(reports, count, "frames/operation", frames_of, SUITE_TWO_LEVEL, 1);
    print_table(reports, count, "heap calls/operation", heap_calls_of, SUITE_TWO_LEVEL, 1);
    printf("  (frames taken from the pools of coro.h and of the C++ peer, the call stacks of\n"
           "  'stack' with them; calls of malloc() and the like, once all pools are filled; what\n"
           "  a run takes for all its operations at once is in neither)\n");
    print_counts(reports, count);
    print_best(reports, count);
    print_limits(reports, count);
    print_absent();
    printf("\nBy hand: the layers as plain functions, group prefetching, software-pipelined "
           "prefetching, AMAC,\none coroutine. The layers as coroutines in C: inlined and fused, "
           "inlined, linked as a list, as a\nstack, as a circular array. In C++20: frames from a "
           "pool, elided, elidable by attribute, flattened by\nhand; as plain functions on "
           "Boost.Context's fibers.\nBy g++: C++20, frames from a pool, flattened by hand. On "
           "stacks by the C library's ucontext: a\nsystem call each time, whose instructions are "
           "not counted. In Rust: async fn, flattened by hand.\nAn operation is:\n");
    for (size_t w = 0; w < count; w++)
        printf("  %-12s  %s\n", reports[w].workload->name, reports[w].workload->operation);
}
