/* suite.c: the workloads of databases that interleaving is meant for, each in every technique, side
 * by side in one process: options, data and the order of things. measure.cpp measures, report.c
 * prints. */
#include "suite.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "data.h"
#include "limits.h"
#include "report.h"

extern const struct suite_workload suite_search, suite_join_uniform, suite_join_zipf, suite_bst,
    suite_skiplist, suite_groupby, suite_btree;

static const struct suite_workload *const workloads[] = {
    &suite_search,   &suite_join_uniform, &suite_join_zipf, &suite_bst,
    &suite_skiplist, &suite_groupby,      &suite_btree,
};

enum {
    WORKLOADS = sizeof workloads / sizeof *workloads,
    PARTS = 32, /* that the operations are cut into */
    MISSES = 5, /* percent of the operations */
    SAMPLE = 8  /* operations in a sample of the instructions */
};

static uint64_t mib, operations = 1 << 17, repetitions = 15, group = 16;
static uint64_t list, check, quick; /* flags */
static const char *filter = "", *json;
static regex_t filter_regex;

/* ---- What is asked for ----------------------------------------------------------------------- */

static size_t l3_mib(void)
{
    long bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
    return bytes > 0 ? (size_t)bytes >> 20 : 0;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* --quick comes before the other options, wherever it stands. By default the working set is beyond
 * the last-level cache, as far as the machine tells how large that is. */
static void set_defaults(int argc, char **argv)
{
    enum { LIMIT = 1024 };
    for (int a = 1; a < argc; a++)
        quick |= strcmp(argv[a], "--quick") == 0;
    mib = quick ? most(128, l3_mib() * 3 / 2) : most(512, l3_mib() * 2);
    mib = mib > LIMIT ? LIMIT : mib;
    if (quick)
        operations = 1 << 15, repetitions = 9;
}

static void parse(int argc, char **argv)
{
    const struct bench_option options[] = {
        {"--repetitions", &repetitions, 2, 1000, "runs of each variant"},
        {"--operations", &operations, 64, 1 << 24, "of a run"},
        {"--group", &group, 1, 4096, "operations in flight at a time"},
        {"--mib", &mib, 1, 1 << 20, "working set of each workload; the limits' is another one"},
        {"--quick", &quick, 1, 1, "fewer and shorter runs, smaller working sets"},
        {"--list", &list, 1, 1, "what there is, one WORKLOAD/VARIANT a line, and measure nothing"},
        {"--check", &check, 1, 1, "compare all answers on small data, and measure nothing"},
    };
    static const struct bench_text_option texts[] = {
        {"--filter", &filter, "REGEX", "only those WORKLOAD/VARIANT that it matches (POSIX, -E)"},
        {"--json", &json, "FILE", "writes Google Benchmark's results there"},
    };
    set_defaults(argc, argv);
    bench_parse_texts(argc, argv,
                      "suite: lookups of databases, interleaved by every technique.\n"
                      "Exit status 1: a wrong answer; 2: an option that can't be.",
                      options, sizeof options / sizeof *options, texts,
                      sizeof texts / sizeof *texts);
    int error = regcomp(&filter_regex, filter, REG_EXTENDED | REG_NOSUB);
    if (error) {
        char why[128];
        regerror(error, &filter_regex, why, sizeof why);
        fprintf(stderr, "%s: --filter %s: %s\n", argv[0], filter, why);
        exit(2);
    }
}

/* The limits go with whatever is measured. */
static bool is_chosen(const struct suite_workload *workload, unsigned variant)
{
    char name[128];
    if (!workload->run[variant])
        return false;
    snprintf(name, sizeof name, "%s/%s", workload->name, suite_variant_name(variant));
    return regexec(&filter_regex, name, 0, NULL, 0) == 0;
}

static bool has_chosen(const struct suite_workload *workload)
{
    for (unsigned v = 0; v < SUITE_VARIANTS; v++)
        if (is_chosen(workload, v))
            return true;
    return false;
}

static bool is_any_chosen(void)
{
    for (unsigned w = 0; w < WORKLOADS; w++)
        if (has_chosen(workloads[w]))
            return true;
    return false;
}

static void print_list(void)
{
    for (unsigned w = 0; w < WORKLOADS; w++)
        for (unsigned v = 0; v < SUITE_VARIANTS; v++)
            if (is_chosen(workloads[w], v))
                printf("%s/%s\n", workloads[w]->name, suite_variant_name(v));
}

static bool check_chosen(void)
{
    bool right = true;
    for (unsigned w = 0; w < WORKLOADS; w++)
        for (unsigned v = 0; v < SUITE_VARIANTS; v++)
            if (is_chosen(workloads[w], v))
                right &= suite_check(workloads[w], v);
    return right;
}

/* ---- The cells ------------------------------------------------------------------------------- */

/* For bench_count_instructions(). */
static void sample(const struct bench_cell *cell, unsigned size)
{
    const struct suite_task *task = cell->context;
    struct suite_job job = {.structure = task->data->structure,
                            .keys = task->data->keys,
                            .count = size * SAMPLE,
                            .group = group < SAMPLE ? group : SAMPLE};
    task->run(&job);
}

/* The cells of a workload, the limits' behind the variants. */
struct row {
    struct bench_cell cells[SUITE_CELLS];
    struct suite_task tasks[SUITE_CELLS];
    unsigned variants, count;
};

static void add_cell(struct row *row, const struct suite_workload *workload,
                     struct suite_data *data, unsigned variant, suite_run *run, size_t *turn)
{
    row->tasks[row->count] = (struct suite_task){
        .workload = workload,
        .data = data,
        .variant = variant,
        .run = run,
        .group = group,
        .turn = turn,
        .repetitions = (unsigned)repetitions,
    };
    row->cells[row->count] = (struct bench_cell){
        .version = suite_variant_name(variant),
        .setting = workload->name,
        .sample = sample,
        .context = &row->tasks[row->count],
        .number = variant,
        .units = (double)data->operations,
        .sample_units = SAMPLE,
        .instructions = -1,
        .prefetches = -1,
    };
    row->count++;
}

static void report_cells(const struct row *row, struct suite_report *report)
{
    for (unsigned k = 0; k < row->count; k++)
        report->cells[row->cells[k].number] = row->cells[k];
}

static void measure_workload(const struct suite_workload *workload, struct suite_data *limits,
                             struct suite_report *report)
{
    struct suite_scale scale = {
        .items = most(1, (mib << 20) / workload->item_bytes),
        .parts = PARTS,
        .operations = operations,
        .misses = MISSES,
    };
    struct suite_data data = {0};
    size_t turn = 0, limits_turn = 0;
    double start = bench_now();
    fprintf(stderr, "%s: building %llu MiB\n", workload->name, (unsigned long long)mib);
    suite_build(workload, &data, &scale);
    struct row row = {0};
    for (unsigned v = 0; v < SUITE_VARIANTS; v++)
        if (is_chosen(workload, v))
            add_cell(&row, workload, &data, v, workload->run[v], &turn);
    row.variants = row.count;
    add_cell(&row, workload, limits, SUITE_LATENCY, suite_limit_latency, &limits_turn);
    add_cell(&row, workload, limits, SUITE_LINES, suite_limit_lines, &limits_turn);
    report->bytes = data.bytes;
    report->huge_mib = bench_huge_mib();
    double built = bench_now();
    suite_measure(row.cells, row.count);
    double measured = bench_now();
    report->how_counted = bench_count_instructions(row.cells, row.variants);
    report_cells(&row, report);
    suite_destroy(workload, &data);
    fprintf(stderr, "%s: built in %.1f s, measured in %.1f s, instructions counted in %.1f s\n",
            workload->name, built - start, measured - built, bench_now() - measured);
}

static void print_work(const struct suite_data *limits)
{
    bench_print_machine();
    printf("work:    %llu operations a run, %llu in flight, %d %% misses; %llu runs of each, in "
           "random order;\n         the operations' %d parts go round\n",
           (unsigned long long)operations, (unsigned long long)group, MISSES,
           (unsigned long long)repetitions, PARTS);
    printf("limits:  lines of 64 bytes at random places of %zu MiB; L3 %zu MiB%s\n",
           limits->bytes >> 20, l3_mib(),
           l3_mib() >= mib ? ": NOT SMALLER than the working sets" : "");
    fflush(stdout);
}

static int measure_chosen(const char *program)
{
    static struct suite_report reports[WORKLOADS];
    unsigned count = 0;
    for (unsigned w = 0; w < WORKLOADS; w++)
        if (has_chosen(workloads[w]))
            reports[count++].workload = workloads[w];
    if (!suite_begin(json)) {
        fprintf(stderr, "%s: --json %s: can't be written\n", program, json);
        return 2;
    }
    double start = bench_now();
    struct suite_data limits;
    suite_limits_build(
        &limits,
        &(struct suite_scale){.items = (mib << 20) / 64, .parts = PARTS, .operations = operations});
    print_work(&limits);
    for (unsigned k = 0; k < count; k++)
        measure_workload(reports[k].workload, &limits, &reports[k]);
    suite_end();
    suite_print(reports, count);
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (!is_any_chosen()) {
        fprintf(stderr, "%s: --filter %s: matches nothing (--list tells what there is)\n", argv[0],
                filter);
        return 2;
    }
    if (list)
        return print_list(), 0;
    if (check)
        return check_chosen() ? 0 : 1;
    return measure_chosen(argv[0]);
}
