/* harness.c: options, memory, clocks, rounds and tables of the benchmark programs. */
#define _GNU_SOURCE
#include "harness.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* ---- Options --------------------------------------------------------------------------------- */

static _Noreturn void bad_option(const char *program, const char *argument, const char *why)
{
    fprintf(stderr, "%s: %s: %s (--help lists the options)\n", program, argument, why);
    exit(2);
}

static _Noreturn void help(const char *about, const struct bench_option *options, size_t count,
                           const struct bench_text_option *texts, size_t text_count)
{
    printf("%s\n\n", about);
    for (size_t k = 0; k < count; k++) {
        const struct bench_option *o = &options[k];
        if (o->min == o->max)
            printf("  %-15s %s\n", o->name, o->help);
        else
            printf("  %s %-*s %s (%llu to %llu; default %llu)\n", o->name,
                   14 - (int)strlen(o->name), "N", o->help, (unsigned long long)o->min,
                   (unsigned long long)o->max, (unsigned long long)*o->value);
    }
    for (size_t k = 0; k < text_count; k++)
        printf("  %s %-*s %s\n", texts[k].name, 14 - (int)strlen(texts[k].name), texts[k].means,
               texts[k].help);
    exit(0);
}

static bool parse_text(char **argv, int *a, const struct bench_text_option *texts, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (strcmp(argv[*a], texts[k].name) == 0) {
            *texts[k].value = argv[++*a];
            if (!*texts[k].value || !**texts[k].value) {
                char why[64];
                snprintf(why, sizeof why, "wants a %s", texts[k].means);
                bad_option(argv[0], texts[k].name, why);
            }
            return true;
        }
    return false;
}

void bench_parse(int argc, char **argv, const char *about, const struct bench_option *options,
                 size_t count)
{
    bench_parse_texts(argc, argv, about, options, count, NULL, 0);
}

void bench_parse_texts(int argc, char **argv, const char *about, const struct bench_option *options,
                       size_t count, const struct bench_text_option *texts, size_t text_count)
{
    for (int a = 1; a < argc; a++) {
        if (strcmp(argv[a], "--help") == 0 || strcmp(argv[a], "-h") == 0)
            help(about, options, count, texts, text_count);
        if (parse_text(argv, &a, texts, text_count))
            continue;
        size_t k = 0;
        while (k < count && strcmp(argv[a], options[k].name) != 0)
            k++;
        if (k == count)
            bad_option(argv[0], argv[a], "no such option");
        if (options[k].min == options[k].max) {
            *options[k].value = options[k].max;
            continue;
        }
        const char *text = argv[++a];
        if (!text)
            bad_option(argv[0], options[k].name, "wants a number");
        char *end;
        errno = 0;
        unsigned long long value = strtoull(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || errno)
            bad_option(argv[0], text, "not a number");
        if (value < options[k].min || value > options[k].max) {
            char why[96];
            snprintf(why, sizeof why, "%s takes %llu to %llu", options[k].name,
                     (unsigned long long)options[k].min, (unsigned long long)options[k].max);
            bad_option(argv[0], text, why);
        }
        *options[k].value = value;
    }
}

/* ---- Memory ---------------------------------------------------------------------------------- */

enum { HUGE_PAGE = 2 << 20 };

/* The number in kB behind `key` in one of /proc's files of such lines; -1: not there. */
static double proc_kib(const char *path, const char *key)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    char line[256];
    double found = -1;
    while (found < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            found = strtod(line + strlen(key), NULL);
    fclose(file);
    return found;
}

static _Noreturn void out_of_memory(size_t bytes, const char *what, const char *why)
{
    fprintf(stderr, "%s: no memory for %s, %.0f MiB: %s\n", program_invocation_short_name, what,
            (double)bytes / 1048576, why);
    exit(1);
}

void *bench_alloc_huge(size_t bytes, const char *what)
{
    /* Linux promises more than it has and kills whoever believes it: ask first. */
    double available = proc_kib("/proc/meminfo", "MemAvailable:");
    if (available >= 0 && (double)bytes / 1024 > available)
        out_of_memory(bytes, what, "the machine has less available");
    size_t length = (bytes + 2 * HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
    char *map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        out_of_memory(bytes, what, strerror(errno));
    char *aligned = (char *)(((uintptr_t)map + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
    madvise(aligned, length - (size_t)(aligned - map), MADV_HUGEPAGE); /* bench_huge_mib() tells */
    return aligned;
}

void bench_free_huge(void *memory, size_t bytes)
{
    /* What the alignment cost around it was never touched, and stays reserved. */
    munmap(memory, (bytes + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1));
}

void *bench_alloc(size_t count, size_t size, const char *what)
{
    void *memory = calloc(count, size);
    if (!memory)
        out_of_memory(count * size, what, strerror(errno));
    return memory;
}

double bench_huge_mib(void)
{
    double kib = proc_kib("/proc/self/smaps_rollup", "AnonHugePages:");
    return kib < 0 ? -1 : kib / 1024;
}

/* KiB; infinite where there is no limit. */
static double left_by_limit(void)
{
    struct rlimit limit;
    double used = proc_kib("/proc/self/status", "VmSize:");
    if (used < 0 || getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    return (double)limit.rlim_cur / 1024 - used;
}

/* The same. What the group has in caches can be had. */
static double left_by_group(void)
{
    double most = proc_kib("/sys/fs/cgroup/memory.max", ""); /* bytes; 0: "max" */
    double used = proc_kib("/sys/fs/cgroup/memory.stat", "anon ");
    return most > 0 && used >= 0 ? (most - used) / 1024 : INFINITY;
}

double bench_free_mib(void)
{
    double available = proc_kib("/proc/meminfo", "MemAvailable:");
    double least = available < 0 ? INFINITY : available;
    least = fmin(least, fmin(left_by_limit(), left_by_group()));
    return least < 0 ? 0 : least / 1024;
}

/* ---- Random numbers -------------------------------------------------------------------------- */

void bench_shuffle(uint32_t *order, size_t count, uint64_t *state)
{
    for (size_t k = count; k > 1; k--) {
        size_t other = bench_below(state, k);
        uint32_t kept = order[k - 1];
        order[k - 1] = order[other];
        order[other] = kept;
    }
}

void bench_cycle(uint32_t *next, size_t count, uint64_t *state)
{
    for (size_t k = 0; k < count; k++)
        next[k] = (uint32_t)k;
    for (size_t k = count; k > 1; k--) {
        size_t other = bench_below(state, k - 1);
        uint32_t kept = next[k - 1];
        next[k - 1] = next[other];
        next[other] = kept;
    }
}

/* ---- Instructions ---------------------------------------------------------------------------- */

void bench_take_counts(struct bench_cell *cell, const struct counters *counters, double units)
{
    const struct counters_sum *sum = &cell->counted;
    cell->instructions = counters_total(counters, sum, COUNTERS_INSTRUCTIONS) / units;
    cell->cycles = counters_total(counters, sum, COUNTERS_CYCLES) / units;
    cell->branch_misses = counters_total(counters, sum, COUNTERS_BRANCH_MISSES) / units;
    cell->cache_misses = counters_total(counters, sum, COUNTERS_CACHE_MISSES) / units;
}

const char *bench_count_instructions(struct bench_cell *cells, size_t count)
{
    fflush(stdout);
    bool failed = false, known = cells->instructions >= 0;
    for (size_t k = 0; !failed && k < count; k++) {
        double counted = cells[k].instructions;
        failed = !bench_step(&cells[k]);
        if (known)
            cells[k].instructions = counted;
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r\033[Kcounting instructions: %zu of %zu", k + 1, count);
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    if (known)
        return "counted by the processor";
    if (failed)
        return "no counter here, and single-stepping failed";
    return "counted by single-stepping: this machine shows no hardware counter";
}

/* ---- Measuring ------------------------------------------------------------------------------- */

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_now(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the values. */
static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

void bench_percentiles(double *values, size_t count, double percentiles[BENCH_PERCENTILES])
{
    static const size_t of_1000[BENCH_PERCENTILES] = {500, 900, 990, 999};
    qsort(values, count, sizeof *values, by_value);
    for (size_t k = 0; k < BENCH_PERCENTILES; k++)
        percentiles[k] = values[count * of_1000[k] / 1000];
}

static void summarise(struct bench_cell *cell, unsigned rounds)
{
    double sorted[rounds];
    memcpy(sorted, cell->ns, sizeof sorted);
    cell->median = median(sorted, rounds);
    cell->lower = sorted[(rounds - 1) / 4];
    cell->upper = sorted[rounds - 1 - (rounds - 1) / 4];
}

static bool measure_part(struct bench_cell *cell, unsigned round, unsigned turn, unsigned part,
                         const struct counters *counters)
{
    clockid_t clock = cell->by_the_clock ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
    struct counters_sum before = counters_read(counters);
    double start = seconds_of(clock);
    bool right = cell->run(cell, turn, part);
    cell->ns[round] += 1e9 * (seconds_of(clock) - start) / cell->units;
    if (!cell->by_the_clock)
        counters_add(&cell->counted, before, counters_read(counters));
    right = right && (!cell->check || cell->check(cell));
    if (!right)
        fprintf(stderr, "\n%s: WRONG ANSWER from '%s' at %s\n", program_invocation_short_name,
                cell->version, cell->setting);
    return right;
}

/* One round of the versions of one setting. */
static bool measure_setting(struct bench_cell *cells, size_t versions, unsigned round,
                            unsigned turn, const struct counters *counters, uint64_t *state)
{
    uint32_t order[versions];
    unsigned parts = 0;
    for (uint32_t v = 0; v < versions; v++) {
        order[v] = v;
        parts = cells[v].parts > parts ? cells[v].parts : parts;
    }
    for (unsigned part = 0; part < parts; part++) {
        bench_shuffle(order, versions, state);
        for (size_t v = 0; v < versions; v++)
            if (part < cells[order[v]].parts &&
                !measure_part(&cells[order[v]], round, turn, part, counters))
                return false;
    }
    return true;
}

static void show_progress(const struct bench_cell *cell, unsigned round, unsigned rounds,
                          bool first)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[Kround %u of %u: %s", round + 1, rounds, cell->setting);
    else if (first && (round == 0 || round + 1 == rounds || (round + 1) % 10 == 0))
        fprintf(stderr, "round %u of %u\n", round + 1, rounds);
}

bool bench_measure(struct bench_cell *cells, size_t settings, size_t versions, unsigned rounds)
{
    struct counters counters;
    counters_open(&counters);
    for (size_t k = 0; k < settings * versions; k++)
        cells[k].ns = bench_alloc(rounds, sizeof(double), "the times");
    bool right = true;
    uint64_t state = 1;
    unsigned turn = 0;
    for (unsigned round = 0; right && round < rounds; round++) {
        for (size_t s = 0; right && s < settings; s++) {
            struct bench_cell *row = &cells[(s + round) % settings * versions];
            show_progress(row, round, rounds, s == 0);
            right = measure_setting(row, versions, round, turn++, &counters, &state);
        }
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    for (size_t k = 0; k < settings * versions; k++) {
        summarise(&cells[k], rounds);
        bench_take_counts(&cells[k], &counters, rounds * cells[k].units);
    }
    counters_close(&counters);
    return right;
}

double bench_paired_ratio(const struct bench_cell *a, const struct bench_cell *b, unsigned rounds)
{
    double ratios[rounds];
    for (unsigned round = 0; round < rounds; round++)
        ratios[round] = a->ns[round] / b->ns[round];
    return median(ratios, rounds);
}

double bench_instructions_ratio(const struct bench_cell *a, const struct bench_cell *b)
{
    return a->instructions < 0 || b->instructions <= 0 ? -1 : a->instructions / b->instructions;
}

/* ---- Printing -------------------------------------------------------------------------------- */

/* The first line of a file, without its end; "" where there is none. */
static void first_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "r");
    line[0] = 0;
    if (file) {
        if (!fgets(line, size, file))
            line[0] = 0;
        fclose(file);
    }
    line[strcspn(line, "\n")] = 0;
}

static size_t describe_processor(char *text, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256], model[256] = "unknown processor";
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "model name%*[ \t:]%255[^\n]", model) == 1)
            break;
    if (file)
        fclose(file);
    return (size_t)snprintf(text, size, "%s, %ld CPUs online", model,
                            sysconf(_SC_NPROCESSORS_ONLN));
}

const char *bench_machine(void)
{
    static char text[512];
    size_t used = describe_processor(text, sizeof text);
    for (int k = 0; k < 8 && used < sizeof text; k++) {
        char path[96], level[16], type[32], kib[32];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/level", k);
        first_line(path, level, sizeof level);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/type", k);
        first_line(path, type, sizeof type);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", k);
        first_line(path, kib, sizeof kib);
        if (*level && *type != 'I')
            used += (size_t)snprintf(text + used, sizeof text - used, ", L%s%s %s", level,
                                     *type == 'D' ? "d" : "", kib);
    }
    return text;
}

const char *bench_system(void)
{
    static char text[512];
    struct utsname system;
    char thp[96];
    first_line("/sys/kernel/mm/transparent_hugepage/enabled", thp, sizeof thp);
    snprintf(text, sizeof text, "%s, huge pages %s, %s",
             uname(&system) == 0 ? system.release : "unknown kernel", *thp ? thp : "unknown",
             __VERSION__);
    return text;
}

void bench_print_machine(void)
{
    printf("machine: %s\nsystem:  %s\n", bench_machine(), bench_system());
    fflush(stdout);
}

enum { LABEL_WIDTH = 26 };

void bench_print_head(const char *title, const char *const *columns, size_t count)
{
    printf("\n%-*s", LABEL_WIDTH, title);
    for (size_t k = 0; k < count; k++)
        printf(" %9s", columns[k]);
    printf("\n");
}

void bench_print_mixed_row(const char *label, const double *values, const int *decimals,
                           size_t count)
{
    printf("  %-*s", LABEL_WIDTH - 2, label);
    for (size_t k = 0; k < count; k++)
        if (values[k] < 0)
            printf(" %9s", "n/a");
        else
            printf(" %9.*f", decimals[k], values[k]);
    printf("\n");
}

void bench_print_row(const char *label, const double *values, size_t count, int decimals)
{
    int each[count];
    for (size_t k = 0; k < count; k++)
        each[k] = decimals;
    bench_print_mixed_row(label, values, each, count);
}

void bench_print_range(const char *label, const double *low, const double *high, size_t count)
{
    printf("  %-*s", LABEL_WIDTH - 2, label);
    for (size_t k = 0; k < count; k++) {
        char range[32];
        int decimals = high[k] < 10 ? 2 : high[k] < 100 ? 1 : 0;
        if (low[k] < 0)
            snprintf(range, sizeof range, "n/a");
        else
            snprintf(range, sizeof range, "%.*f-%.*f", decimals, low[k], decimals, high[k]);
        printf(" %9s", range);
    }
    printf("\n");
}

void bench_print_versions(const char *title, const struct bench_cell *cells, size_t versions,
                          size_t base, const char *base_name, unsigned rounds)
{
    enum { COLUMNS = 7 };
    const char *columns[COLUMNS] = {"median",   "lower q.", "upper q.", base_name,
                                    "by pairs", "instr.",   base_name};
    static const int decimals[COLUMNS] = {1, 1, 1, 3, 3, 1, 3};
    bench_print_head(title, columns, COLUMNS);
    for (const struct bench_cell *c = cells; c < cells + versions; c++) {
        double values[COLUMNS] = {c->median,
                                  c->lower,
                                  c->upper,
                                  c->median / cells[base].median,
                                  bench_paired_ratio(c, &cells[base], rounds),
                                  c->instructions,
                                  bench_instructions_ratio(c, &cells[base])};
        bench_print_mixed_row(c->version, values, decimals, COLUMNS);
    }
}

void bench_print_versions_key(const char *base_name, const char *base, const char *unit,
                              const char *how_counted)
{
    printf("  (lower q., upper q.: quartiles of the rounds; %s: ratio to %s;\n"
           "  by pairs: median of the rounds' ratios; instr.: instructions per %s in user mode,\n"
           "  %s)\n",
           base_name, base, unit, how_counted);
}

const size_t bench_groups[BENCH_GROUPS] = {1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64};

static void print_groups_head(const char *unit)
{
    printf("\nCPU ns per %s, by tasks in flight\n%-18s", unit, "");
    for (unsigned g = 0; g < BENCH_GROUPS; g++)
        printf(" %6zu", bench_groups[g]);
    printf(" %7s %5s %6s  %-11s %6s %6s\n", "auto", "found", "/best", "quartiles", "total",
           "first");
}

/* The median of every other round. */
static double half_median(const struct bench_cell *cell, unsigned first, unsigned rounds)
{
    double values[rounds];
    size_t count = 0;
    for (unsigned round = first; round < rounds; round += 2)
        values[count++] = cell->ns[round];
    return median(values, count);
}

static double half_ratio(const struct bench_cell *cells, unsigned chosen_in, unsigned rounds)
{
    unsigned best = 0, other = rounds > 1 ? 1 - chosen_in : 0;
    for (unsigned g = 1; g < BENCH_GROUPS; g++)
        if (half_median(&cells[g], chosen_in, rounds) <
            half_median(&cells[best], chosen_in, rounds))
            best = g;
    return half_median(&cells[BENCH_AUTO], other, rounds) /
           half_median(&cells[best], other, rounds);
}

/* The time with CORO_GROUP_AUTO divided by that with the best size. What is best is decided by one
 * half of the rounds and compared in the other half: the least of many noisy medians is below what
 * any size can repeat. */
static double auto_ratio(const struct bench_cell *cells, unsigned rounds)
{
    double ratio = half_ratio(cells, 0, rounds);
    return rounds < 2 ? ratio : (ratio + half_ratio(cells, 1, rounds)) / 2;
}

static void print_groups(const struct bench_cell *cells, size_t found, unsigned rounds)
{
    const struct bench_cell *best = cells, *found_it = &cells[BENCH_AUTO];
    double ratios[rounds], sum = 0, best_sum = 0;
    printf("  %-16s", cells->setting);
    for (unsigned g = 0; g < BENCH_GROUPS; g++) {
        printf(" %6.*f", cells[g].median < 100 ? 2 : 1, cells[g].median);
        if (cells[g].median < best->median)
            best = &cells[g];
    }
    for (unsigned round = 0; round < rounds; round++) {
        ratios[round] = found_it->ns[round] / best->ns[round];
        sum += found_it->ns[round];
        best_sum += best->ns[round];
    }
    double first = ratios[0];
    median(ratios, rounds);
    printf(" %7.*f %5zu %6.3f  %5.3f-%5.3f %6.3f %6.3f\n", found_it->median < 100 ? 2 : 1,
           found_it->median, found, auto_ratio(cells, rounds), ratios[(rounds - 1) / 4],
           ratios[rounds - 1 - (rounds - 1) / 4], sum / best_sum, first);
}

struct bench_verdict bench_begin_groups(const char *unit)
{
    print_groups_head(unit);
    return (struct bench_verdict){.what = "time, CORO_GROUP_AUTO / best group", .target = 1.03};
}

bool bench_add_groups(struct bench_verdict *verdict, struct bench_cell *cells, size_t settings,
                      const size_t *found, unsigned rounds)
{
    for (size_t k = 0; k < settings * BENCH_GROUP_CELLS; k++)
        cells[k].version =
            k % BENCH_GROUP_CELLS == BENCH_AUTO ? "CORO_GROUP_AUTO" : "a fixed group";
    if (!bench_measure(cells, settings, BENCH_GROUP_CELLS, rounds))
        return false;
    for (size_t s = 0; s < settings; s++, cells += BENCH_GROUP_CELLS) {
        print_groups(cells, found[s], rounds);
        bench_judge(verdict, auto_ratio(cells, rounds), cells->setting);
    }
    fflush(stdout);
    return true;
}

void bench_end_groups(const struct bench_verdict *verdict)
{
    printf(
        "  (auto: CORO_GROUP_AUTO; found: the size it settled at; /best: its median divided by\n"
        "  that of the best size, which is chosen in one half of the rounds and compared in the\n"
        "  other; quartiles: of the rounds' ratios to the size with the best median of all;\n"
        "  total: the same of all rounds together, with all that was spent on finding the size;\n"
        "  first: of the first round, when nothing is known yet)\n\n");
    bench_print_verdict(verdict);
}

bool bench_measure_groups(struct bench_cell *cells, size_t settings, const size_t *found,
                          const char *unit, unsigned rounds)
{
    struct bench_verdict verdict = bench_begin_groups(unit);
    if (!bench_add_groups(&verdict, cells, settings, found, rounds))
        return false;
    bench_end_groups(&verdict);
    return true;
}

void bench_judge(struct bench_verdict *verdict, double value, const char *where)
{
    if (value < 0)
        verdict->unknown = true;
    if (!verdict->where || value > verdict->worst) {
        verdict->worst = value;
        verdict->where = where;
    }
}

void bench_print_verdict(const struct bench_verdict *verdict)
{
    if (verdict->unknown)
        printf("%s: not known here (target %.2f)\n", verdict->what, verdict->target);
    else
        printf("%s: worst %.3f at %s (target %.2f): %s\n", verdict->what, verdict->worst,
               verdict->where, verdict->target,
               verdict->worst <= verdict->target ? "met" : "MISSED");
}
