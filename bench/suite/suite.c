/* suite.c: the workloads of databases that interleaving is meant for, each in every technique, side
 * by side in one process: options, data and the order of things. measure.cpp measures, report.c
 * prints. */
#include "suite.h"

#include <fcntl.h>
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
    suite_skiplist, suite_groupby, suite_btree, suite_art, suite_bfs, suite_pagerank, suite_hops,
    suite_range;

static const struct suite_workload *const workloads[] = {
    &suite_search,   &suite_join_uniform, &suite_join_zipf, &suite_bst,
    &suite_skiplist, &suite_groupby,      &suite_btree,     &suite_art,
    &suite_bfs,      &suite_pagerank,     &suite_hops,      &suite_range,
};

enum {
    WORKLOADS = sizeof workloads / sizeof *workloads,
    PARTS = 32, /* that the operations are cut into */
    MISSES = 5  /* percent of the operations */
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint64_t mib, sweep_mib = 4096, operations = 1 << 17, repetitions = 15, group = 16;
static uint64_t depth = 3, calls = 1;
static unsigned sample_size = 8;          /* operations in a sample of the instructions */
static uint64_t list, check, quick, find; /* flags */
static const char *filter = "", *json, *sweep = "", *trace;
static unsigned sweeps; /* 1 << SWEEP_... */
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
        operations = 1 << 15, repetitions = 9, sweep_mib = mib, sample_size = 4;
}

/* What can be swept. Those with values change a setting that the data are built with. */
enum { SWEEP_GROUP, SWEEP_SIZE, SWEEP_SKEW, SWEEP_DEPTH, SWEEP_CALLS, SWEEPS };

static const double skews[] = {0, 0.3, 0.6, 0.8, 0.9, 1, 1.1, 1.2};
static const double counts[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static const struct {
    const char *name, *what;
    double *setting;
    const double *values;
    unsigned count;
} sweep_kinds[SWEEPS] = {
    [SWEEP_GROUP] = {"group", "operations in flight", NULL, NULL, 0},
    [SWEEP_SIZE] = {"size", "working set", NULL, NULL, 0},
    [SWEEP_SKEW] = {"skew", "Zipf exponent", &suite_skew, skews, COUNT(skews)},
    [SWEEP_DEPTH] = {"depth", "layers", &suite_depth, counts, COUNT(counts)},
    [SWEEP_CALLS] = {"calls", "calls a suspend", &suite_calls, counts, COUNT(counts)},
};

/* Takes the name of a sweep off the list. */
static bool take_sweep(const char **rest)
{
    size_t length = strcspn(*rest, ",");
    for (unsigned k = 0; k < SWEEPS; k++)
        if (strlen(sweep_kinds[k].name) == length &&
            strncmp(*rest, sweep_kinds[k].name, length) == 0) {
            sweeps |= 1u << k;
            *rest += length + ((*rest)[length] == ',');
            return true;
        }
    return false;
}

static void parse_sweeps(const char *program)
{
    for (const char *rest = sweep; *rest;)
        if (!take_sweep(&rest)) {
            fprintf(stderr, "%s: --sweep %s: takes group, size, skew, depth and calls\n", program,
                    sweep);
            exit(2);
        }
}

static void parse(int argc, char **argv)
{
    const struct bench_option options[] = {
        {"--repetitions", &repetitions, 2, 1000, "runs of each variant"},
        {"--operations", &operations, 64, 1 << 24, "of a run"},
        {"--group", &group, 1, 4096, "operations in flight at a time"},
        {"--mib", &mib, 1, 1 << 20, "working set of each workload; the limits' is another one"},
        {"--depth", &depth, 1, 9, "layers of the workload that has them, chain"},
        {"--calls", &calls, 1, 1000, "calls of its layers for each suspend"},
        {"--sweep-mib", &sweep_mib, 1, 1 << 20, "largest working set of --sweep size"},
        {"--quick", &quick, 1, 1, "fewer and shorter runs, smaller working sets"},
        {"--list", &list, 1, 1,
         "what there is, one WORKLOAD/VARIANT a line, and what this build lacks; measures nothing"},
        {"--check", &check, 1, 1, "compare all answers on small data, and measure nothing"},
        {"--auto", &find, 1, 1,
         "CORO_GROUP_AUTO beside 1 to 64 in flight instead, in nested-inlined-fused"},
    };
    static const struct bench_text_option texts[] = {
        {"--filter", &filter, "REGEX", "only those WORKLOAD/VARIANT that it matches (POSIX, -E)"},
        {"--json", &json, "FILE", "writes Google Benchmark's results there"},
        {"--trace", &trace, "FILE",
         "writes what the processor does, step by step, there, and measures nothing: see "
         "anatomy.py"},
        {"--sweep", &sweep, "LIST",
         "also at many settings of group, size (of the working set), skew, depth (of layers) and "
         "calls (for each suspend): a list with commas"},
    };
    set_defaults(argc, argv);
    bench_parse_texts(argc, argv,
                      "suite: lookups of databases, interleaved by every technique.\n"
                      "Exit status 1: a wrong answer; 2: an option that can't be.",
                      options, sizeof options / sizeof *options, texts,
                      sizeof texts / sizeof *texts);
    parse_sweeps(argv[0]);
    suite_depth = (double)depth, suite_calls = (double)calls;
    int error = regcomp(&filter_regex, filter, REG_EXTENDED | REG_NOSUB);
    if (error) {
        char why[128];
        regerror(error, &filter_regex, why, sizeof why);
        fprintf(stderr, "%s: --filter %s: %s\n", argv[0], filter, why);
        exit(2);
    }
}

/* Also where this build lacks the variant. */
static bool is_meant(const struct suite_workload *workload, unsigned variant)
{
    char name[128];
    snprintf(name, sizeof name, "%s/%s", workload->name, suite_variant_name(variant));
    return regexec(&filter_regex, name, 0, NULL, 0) == 0;
}

/* The limits go with whatever is measured. */
static bool is_chosen(const struct suite_workload *workload, unsigned variant)
{
    return workload->run[variant] && is_meant(workload, variant);
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

static void print_absent(const struct suite_workload *workload, unsigned variant)
{
    const char *why = suite_why_absent(variant);
    printf("%s/%s: absent: %s\n", workload->name, suite_variant_name(variant),
           why ? why : "not written for it");
}

/* False: there is nothing to list. */
static bool print_list(void)
{
    bool any = false;
    for (unsigned w = 0; w < WORKLOADS; w++)
        for (unsigned v = 0; v < SUITE_VARIANTS; v++) {
            if (!is_meant(workloads[w], v))
                continue;
            any = true;
            if (workloads[w]->run[v])
                printf("%s/%s\n", workloads[w]->name, suite_variant_name(v));
            else
                print_absent(workloads[w], v);
        }
    return any;
}

static bool check_chosen(void)
{
    bool right = true;
    for (unsigned w = 0; w < WORKLOADS; w++)
        for (unsigned v = 0; v < SUITE_VARIANTS; v++)
            if (is_chosen(workloads[w], v))
                right &= suite_check(workloads[w], v);
            else if (is_meant(workloads[w], v))
                print_absent(workloads[w], v);
    return right;
}

/* ---- Files of results ------------------------------------------------------------------------ */

static void tell_number(const char *name, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    suite_tell(name, text);
}

/* What a file of results says of the whole run, once. */
static void tell_work(const char *how_counted)
{
    static bool told = false;
    if (told)
        return;
    told = true;
    suite_tell("machine", bench_machine());
    suite_tell("system", bench_system());
    tell_number("mib", mib);
    tell_number("operations", operations);
    tell_number("repetitions", repetitions);
    tell_number("misses", MISSES);
    tell_number("l3_mib", l3_mib());
    suite_tell("instructions", how_counted);
    for (unsigned w = 0; w < WORKLOADS; w++) {
        char name[128];
        snprintf(name, sizeof name, "operation %s", workloads[w]->name);
        suite_tell(name, workloads[w]->operation);
    }
}

/* ---- The cells ------------------------------------------------------------------------------- */

/* For bench_count_instructions(). */
static void sample(const struct bench_cell *cell, unsigned size)
{
    const struct suite_task *task = cell->context;
    struct suite_job job = {.structure = task->data->structure,
                            .keys = task->data->keys,
                            .count = size * sample_size,
                            .group = group < sample_size ? group : sample_size};
    task->run(&job);
}

/* The cells of a table or of a sweep. */
struct cells {
    struct bench_cell *cells;
    struct suite_task *tasks;
    unsigned count;
};

static struct cells cells_new(size_t room)
{
    return (struct cells){
        .cells = bench_alloc(room, sizeof(struct bench_cell), "the cells"),
        .tasks = bench_alloc(room, sizeof(struct suite_task), "the cells"),
    };
}

static void cells_free(struct cells *cells)
{
    free(cells->cells);
    free(cells->tasks);
}

static void add_cell(struct cells *all, const struct suite_task *task)
{
    struct suite_task *kept = &all->tasks[all->count];
    *kept = *task;
    all->cells[all->count++] = (struct bench_cell){
        .version = suite_variant_name(task->variant),
        .setting = task->workload->name,
        .sample = sample,
        .context = kept,
        .number = task->variant,
        .units = (double)task->data->operations,
        .sample_units = sample_size,
        .instructions = -1,
        .prefetches = -1,
        .frames = -1,
        .heap_calls = -1,
    };
}

/* A workload, or one of the settings of a sweep: its data, and the limits' of as many bytes. */
struct bench {
    const struct suite_workload *workload;
    const char *sweep; /* NULL: none */
    double place;      /* in that */
    struct suite_data data, *limits;
    size_t turn, limits_turn;
};

static void add_variant(struct cells *all, struct bench *bench, unsigned variant, size_t in_flight)
{
    const struct suite_workload *workload = bench->workload;
    add_cell(all, &(struct suite_task){.workload = workload,
                                       .data = &bench->data,
                                       .variant = variant,
                                       .run = workload->run[variant],
                                       .group = in_flight,
                                       .turn = &bench->turn,
                                       .repetitions = (unsigned)repetitions,
                                       .sweep = bench->sweep,
                                       .place = bench->place,
                                       .skew = workload->zipf ? suite_skew : 0,
                                       .depth = workload->deep ? suite_depth : 0,
                                       .calls = workload->deep ? suite_calls : 0});
}

static void add_limit(struct cells *all, struct bench *bench, unsigned limit, suite_run *run)
{
    add_cell(all, &(struct suite_task){.workload = bench->workload,
                                       .data = bench->limits,
                                       .variant = limit,
                                       .run = run,
                                       .group = 1,
                                       .turn = &bench->limits_turn,
                                       .repetitions = (unsigned)repetitions,
                                       .sweep = bench->sweep,
                                       .place = bench->place});
}

/* All variants, the limits behind them. Returns the number of the variants. */
static unsigned add_all(struct cells *all, struct bench *bench)
{
    for (unsigned v = 0; v < SUITE_VARIANTS; v++)
        if (is_chosen(bench->workload, v))
            add_variant(all, bench, v, group);
    unsigned variants = all->count;
    add_limit(all, bench, SUITE_LATENCY, suite_limit_latency);
    add_limit(all, bench, SUITE_LINES, suite_limit_lines);
    return variants;
}

static void build_bytes(struct bench *bench, size_t bytes)
{
    struct suite_scale scale = {
        .items = most(1, bytes / bench->workload->item_bytes),
        .parts = PARTS,
        .operations = operations,
        .misses = MISSES,
    };
    suite_build(bench->workload, &bench->data, &scale);
}

static void build_limits(struct suite_data *limits, size_t bytes)
{
    suite_limits_build(limits, &(struct suite_scale){.items = most(1, bytes / 64),
                                                     .parts = PARTS,
                                                     .operations = operations});
}

static void take_report(const struct cells *all, const struct bench *bench,
                        struct suite_report *report)
{
    report->workload = bench->workload;
    report->bytes = bench->data.bytes;
    report->huge_mib = bench_huge_mib();
    for (unsigned k = 0; k < all->count; k++)
        report->cells[all->cells[k].number] = all->cells[k];
}

/* ---- Sweeps ---------------------------------------------------------------------------------- */

static const size_t groups[] = {1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64};

/* The best of the sizes stand for the variants. Sequential has none: its cell is the table's. */
static void sweep_groups(struct bench *bench, struct suite_report *report)
{
    struct cells all = cells_new(COUNT(groups) * SUITE_VARIANTS);
    bench->sweep = "group";
    for (unsigned v = SUITE_SEQUENTIAL + 1; v < SUITE_VARIANTS; v++)
        for (unsigned g = 0; g < COUNT(groups) && is_chosen(bench->workload, v); g++) {
            bench->place = (double)groups[g];
            add_variant(&all, bench, v, groups[g]);
        }
    if (all.count > 0) {
        suite_measure(all.cells, all.count);
        suite_write(all.cells);
    }
    bench->sweep = NULL;
    for (unsigned k = 0; k < all.count; k++) {
        struct bench_cell *best = &report->best[all.cells[k].number];
        if (best->version && best->median <= all.cells[k].median)
            continue;
        *best = all.cells[k];
        report->best_group[best->number] = (double)all.tasks[k].group;
    }
    report->best[SUITE_SEQUENTIAL] = report->cells[SUITE_SEQUENTIAL];
    cells_free(&all);
}

static void measure_setting(struct bench *bench, struct suite_report *report)
{
    struct cells all = cells_new(SUITE_CELLS);
    add_all(&all, bench);
    suite_measure(all.cells, all.count);
    suite_write(all.cells);
    take_report(&all, bench, report);
    cells_free(&all);
}

/* Whether there is memory for so large a working set: as much again for the limits, and half of
 * it for what building takes and for structures that come out larger. */
static bool has_room(size_t bytes, struct suite_sweep *sweep)
{
    double wanted = 2.5 * (double)bytes / 1048576, free_mib = bench_free_mib();
    if (wanted <= free_mib)
        return true;
    snprintf(sweep->skipped, sizeof sweep->skipped,
             "from %zu MiB on skipped: that takes %.0f MiB of memory, %.0f are free", bytes >> 20,
             wanted, free_mib);
    return false;
}

static void sweep_sizes(const struct suite_workload *workload, struct suite_sweep *sweep)
{
    enum { LEAST = 16 << 10, FACTOR = 4 };
    for (size_t bytes = LEAST;
         bytes <= sweep_mib << 20 && sweep->count < SUITE_SETTINGS && has_room(bytes, sweep);
         bytes *= FACTOR) {
        struct suite_report *report = &sweep->settings[sweep->count++];
        struct suite_data limits = {0};
        struct bench bench = {
            .workload = workload, .sweep = "size", .place = (double)bytes, .limits = &limits};
        fprintf(stderr, "%s: building %zu KiB\n", workload->name, bytes >> 10);
        build_bytes(&bench, bytes);
        build_limits(&limits, bytes);
        measure_setting(&bench, report);
        snprintf(report->label, sizeof report->label, "%s %zu KiB", workload->name, bytes >> 10);
        suite_destroy(workload, &bench.data);
        suite_limits_destroy(&limits);
    }
}

/* One of the sweeps that have values. */
static void sweep_values(const struct suite_workload *workload, struct suite_data *limits,
                         unsigned kind, struct suite_sweep *sweep)
{
    double *setting = sweep_kinds[kind].setting, usual = *setting;
    bool meant = kind == SWEEP_SKEW ? workload->zipf : workload->deep;
    for (unsigned k = 0; meant && k < sweep_kinds[kind].count; k++) {
        struct suite_report *report = &sweep->settings[sweep->count++];
        struct bench bench = {.workload = workload,
                              .sweep = sweep_kinds[kind].name,
                              .place = sweep_kinds[kind].values[k],
                              .limits = limits};
        fprintf(stderr, "%s: building with %s %g\n", workload->name, bench.sweep, bench.place);
        *setting = bench.place;
        build_bytes(&bench, mib << 20);
        measure_setting(&bench, report);
        snprintf(report->label, sizeof report->label, "%s %g", workload->name, bench.place);
        suite_destroy(workload, &bench.data);
    }
    *setting = usual;
}

/* ---- Step by step ---------------------------------------------------------------------------- */

/* Of the chosen variants; false, after a message: it can't be done. */
static bool trace_chosen(const char *program)
{
    int file = open(trace, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool done = file >= 0;
    for (unsigned w = 0; w < WORKLOADS && done; w++) {
        if (!has_chosen(workloads[w]))
            continue;
        struct bench bench = {.workload = workloads[w]};
        struct cells all = cells_new(SUITE_VARIANTS);
        build_bytes(&bench, mib << 20);
        for (unsigned v = 0; v < SUITE_VARIANTS; v++)
            if (is_chosen(workloads[w], v))
                add_variant(&all, &bench, v, group);
        for (unsigned k = 0; k < all.count && done; k++)
            done = bench_trace(&all.cells[k], file);
        cells_free(&all);
        suite_destroy(workloads[w], &bench.data);
    }
    if (file >= 0)
        close(file);
    if (!done)
        fprintf(stderr, "%s: --trace %s: can't be written\n", program, trace);
    return done;
}

/* ---- CORO_GROUP_AUTO and all group sizes ----------------------------------------------------- */

/* What a cell of that table measures: its bench_cell's context. */
struct search {
    struct suite_task task;
    struct suite_job job;
    uint64_t result;
    size_t *found;
};

static bool run_search(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    struct search *search = (struct search *)cell->context;
    (void)turn, (void)part; /* the task counts its own */
    search->job = suite_next_job(&search->task);
    search->job.found = search->found;
    search->result = search->task.run(&search->job);
    return true;
}

static bool check_search(const struct bench_cell *cell)
{
    const struct search *search = cell->context;
    return suite_is_right(&search->task, &search->job, search->result);
}

/* The runs of a round: 50 ms, with 16 in flight. That is ten times what the first contest takes. */
static unsigned runs_of_round(struct bench *bench)
{
    struct suite_task task = {.workload = bench->workload,
                              .data = &bench->data,
                              .variant = SUITE_FUSED,
                              .run = bench->workload->run[SUITE_FUSED],
                              .group = 16,
                              .turn = &bench->turn};
    double least = 1;
    for (unsigned k = 0; k < 3; k++) {
        struct suite_job job = suite_next_job(&task);
        double start = bench_now();
        uint64_t result = task.run(&job);
        double seconds = bench_now() - start;
        least = seconds < least ? seconds : least;
        suite_settle(&task, &job, result);
    }
    return (unsigned)most(1, (size_t)(0.05 / least));
}

/* False, after a message: a wrong answer. */
static bool search_workload(const struct suite_workload *workload, struct bench_verdict *verdict)
{
    static struct bench_cell cells[BENCH_GROUP_CELLS];
    static struct search searches[BENCH_GROUP_CELLS];
    struct bench bench = {.workload = workload};
    size_t found = 0;
    fprintf(stderr, "%s: building %llu MiB\n", workload->name, (unsigned long long)mib);
    build_bytes(&bench, mib << 20);
    const unsigned runs = runs_of_round(&bench);
    for (unsigned g = 0; g < BENCH_GROUP_CELLS; g++) {
        bool is_auto = g == BENCH_AUTO;
        searches[g] = (struct search){
            .task = {.workload = workload,
                     .data = &bench.data,
                     .variant = SUITE_FUSED,
                     .run = is_auto ? workload->run_auto : workload->run[SUITE_FUSED],
                     .group = is_auto ? 0 : bench_groups[g],
                     .turn = &bench.turn},
            .found = &found};
        cells[g] = (struct bench_cell){.setting = workload->name,
                                       .run = run_search,
                                       .check = check_search,
                                       .context = &searches[g],
                                       .parts = runs,
                                       .units = (double)runs * (double)bench.data.operations};
    }
    bool right = bench_add_groups(verdict, cells, 1, &found, (unsigned)repetitions);
    suite_destroy(workload, &bench.data);
    return right;
}

static int search_chosen(const char *program)
{
    double start = bench_now();
    unsigned count = 0;
    for (unsigned w = 0; w < WORKLOADS; w++)
        count += is_chosen(workloads[w], SUITE_FUSED);
    if (count == 0) {
        fprintf(stderr, "%s: --auto: --filter leaves out %s\n", program,
                suite_variant_name(SUITE_FUSED));
        return 2;
    }
    bench_print_machine();
    printf("work:    runs of %llu operations, as many as take 50 ms, %d %% misses; %llu rounds; "
           "%llu MiB; L3 %zu MiB\n",
           (unsigned long long)operations, MISSES, (unsigned long long)repetitions,
           (unsigned long long)mib, l3_mib());
    struct bench_verdict verdict = bench_begin_groups("operation");
    for (unsigned w = 0; w < WORKLOADS; w++)
        if (is_chosen(workloads[w], SUITE_FUSED) && !search_workload(workloads[w], &verdict))
            return 1;
    bench_end_groups(&verdict);
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void measure_workload(const struct suite_workload *workload, struct suite_data *limits,
                             struct suite_report *report)
{
    struct bench bench = {.workload = workload, .limits = limits};
    double start = bench_now();
    fprintf(stderr, "%s: building %llu MiB\n", workload->name, (unsigned long long)mib);
    build_bytes(&bench, mib << 20);
    struct cells all = cells_new(SUITE_CELLS);
    unsigned variants = add_all(&all, &bench);
    double built = bench_now();
    suite_measure(all.cells, all.count);
    double measured = bench_now();
    const char *how_counted = bench_count_instructions(all.cells, variants);
    tell_work(how_counted);
    suite_write(all.cells);
    take_report(&all, &bench, report);
    report->how_counted = how_counted;
    if (sweeps & 1u << SWEEP_GROUP)
        sweep_groups(&bench, report);
    cells_free(&all);
    suite_destroy(workload, &bench.data);
    fprintf(stderr, "%s: built in %.1f s, measured in %.1f s, instructions counted in %.1f s\n",
            workload->name, built - start, measured - built, bench_now() - measured);
}

static void print_work(const struct suite_data *limits)
{
    bench_print_machine();
    printf("others:  %s\n", *OTHER_COMPILERS ? OTHER_COMPILERS : "clang alone");
    printf("work:    %llu operations a run, %llu in flight, %d %% misses; %llu runs of each, in "
           "random order;\n         the operations' %d parts go round\n",
           (unsigned long long)operations, (unsigned long long)group, MISSES,
           (unsigned long long)repetitions, PARTS);
    printf("limits:  lines of 64 bytes at random places of %zu MiB; L3 %zu MiB, says the C "
           "library%s\n",
           limits->bytes >> 20, l3_mib(),
           l3_mib() >= mib ? ": NOT SMALLER than the working sets" : "");
    fflush(stdout);
}

static int measure_chosen(const char *program)
{
    static struct suite_report reports[WORKLOADS];
    static struct suite_sweep swept[SWEEPS][WORKLOADS];
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
    build_limits(&limits, mib << 20);
    print_work(&limits);
    for (unsigned k = 0; k < count; k++)
        measure_workload(reports[k].workload, &limits, &reports[k]);
    for (unsigned kind = SWEEP_SKEW; kind < SWEEPS; kind++)
        for (unsigned k = 0; k < count && sweeps & 1u << kind; k++)
            sweep_values(reports[k].workload, &limits, kind, &swept[kind][k]);
    suite_limits_destroy(&limits);
    for (unsigned k = 0; k < count && sweeps & 1u << SWEEP_SIZE; k++)
        sweep_sizes(reports[k].workload, &swept[SWEEP_SIZE][k]);
    suite_end();
    suite_print(reports, count);
    for (unsigned k = 0; k < count; k++)
        for (unsigned kind = 0; kind < SWEEPS; kind++)
            suite_print_sweep(&swept[kind][k], sweep_kinds[kind].what);
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (list ? !print_list() : !is_any_chosen()) {
        fprintf(stderr, "%s: --filter %s: matches nothing (--list tells what there is)\n", argv[0],
                filter);
        return 2;
    }
    if (list)
        return 0;
    if (check)
        return check_chosen() ? 0 : 1;
    if (trace)
        return trace_chosen(argv[0]) ? 0 : 2;
    return find ? search_chosen(argv[0]) : measure_chosen(argv[0]);
}
