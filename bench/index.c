/* index.c: a layered lookup in an ordered index, as in YCSB-C: sequential, nested and linked,
 * nested and inlined, flattened by hand. */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "index_build.h"
#include "zipf.h"

enum version { SEQUENTIAL, LINKED, INLINED, TWO_LEVEL, VERSIONS };

static const struct {
    const char *name;
    index_run *const *run;
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &index_sequential},
    [LINKED] = {"nested, linked", &index_linked},
    [INLINED] = {"nested, inlined", &index_inlined},
    [TWO_LEVEL] = {"two-level by hand", &index_two_level},
};

enum distribution { UNIFORM, ZIPF, DISTRIBUTIONS };

static const char *const names[DISTRIBUTIONS] = {"uniform", "Zipf 0.99"};

enum {
    PARTS = 32,         /* that the lookups are cut into */
    MISSES_PERCENT = 5, /* lookups whose key isn't there */
    FIND_PARTS = 4,     /* of a round, of each group size and of CORO_GROUP_AUTO */
    SAMPLE = 16,        /* lookups in a sample of the instructions */
};

static uint64_t find = 0; /* a flag */
static uint64_t rounds = 7, keys = 1 << 25, lookups = 1 << 21, group = 16;

static struct {
    uint64_t *keys;
    struct index_answer answer[PARTS];
} work[DISTRIBUTIONS];
static size_t part_size; /* lookups */
static struct index_built built;

/* ---- The lookups ----------------------------------------------------------------------------- */

/* Draws the keys to look up and, without the tree, the answers. */
static void draw_lookups(enum distribution d)
{
    struct zipf zipf = zipf_make((double)keys, 0.99);
    uint64_t state = 7 + d;
    part_size = lookups / PARTS;
    work[d].keys = bench_alloc(PARTS * part_size, sizeof(uint64_t), "the lookups");
    for (size_t i = 0; i < PARTS * part_size; i++) {
        struct index_answer *answer = &work[d].answer[i / part_size];
        uint64_t item =
            d == ZIPF ? zipf_scramble(zipf_rank(&zipf, &state), keys) : bench_below(&state, keys);
        uint64_t key = index_key(&built, item);
        if (bench_below(&state, 100) < MISSES_PERCENT) {
            key++; /* odd */
            answer->misses++;
        } else {
            answer->sum += index_value(key) * (2 * (i % part_size) + 1);
        }
        work[d].keys[i] = key;
    }
}

/* ---- The runs -------------------------------------------------------------------------------- */

static bool is_right(enum distribution d, unsigned part, struct index_answer answer)
{
    return answer.sum == work[d].answer[part].sum && answer.misses == work[d].answer[part].misses;
}

/* The versions go round the same lookups at the greatest distance from each other, so that none
 * finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    unsigned d = cell->number / VERSIONS, v = cell->number % VERSIONS;
    part = (part + PARTS / VERSIONS * v) % PARTS;
    struct index_job job = {.tree = &built.tree,
                            .keys = work[d].keys + part * part_size,
                            .count = part_size,
                            .group = group};
    return is_right(d, part, (*versions[v].run)(&job));
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    struct index_job job = {.tree = &built.tree,
                            .keys = work[cell->number / VERSIONS].keys,
                            .count = size * SAMPLE,
                            .group = SAMPLE / 4};
    (*versions[cell->number % VERSIONS].run)(&job);
}

static void prepare_cells(struct bench_cell *cells)
{
    for (unsigned k = 0; k < DISTRIBUTIONS * VERSIONS; k++)
        cells[k] = (struct bench_cell){
            .version = versions[k % VERSIONS].name,
            .setting = names[k / VERSIONS],
            .run = run,
            .sample = sample,
            .number = k,
            .parts = PARTS,
            .units = (double)(PARTS * part_size),
            .sample_units = SAMPLE,
        };
}

/* ---- The report ------------------------------------------------------------------------------ */

static void print_verdicts(const struct bench_cell *cells)
{
    struct bench_verdict time = {.what = "time, inlined / two-level", .target = 1.03};
    struct bench_verdict work_done = {.what = "instructions, inlined / two-level", .target = 1.02};
    for (unsigned d = 0; d < DISTRIBUTIONS; d++, cells += VERSIONS) {
        bench_judge(&time, cells[INLINED].median / cells[TWO_LEVEL].median, names[d]);
        bench_judge(&work_done, bench_instructions_ratio(&cells[INLINED], &cells[TWO_LEVEL]),
                    names[d]);
        printf("%slinked / inlined, %s: %.2f; sequential / inlined: %.2f\n", d ? "" : "\n",
               names[d], cells[LINKED].median / cells[INLINED].median,
               cells[SEQUENTIAL].median / cells[INLINED].median);
    }
    bench_print_verdict(&time);
    bench_print_verdict(&work_done);
}

/* ---- CORO_GROUP_AUTO and all group sizes ----------------------------------------------------- */

static const struct {
    enum distribution distribution;
    index_run *const *run, *const *finds_group;
    const char *name;
} searches[] = {
    {UNIFORM, &index_inlined, &index_inlined_auto1, "inlined, uniform"},
    {ZIPF, &index_inlined, &index_inlined_auto2, "inlined, Zipf"},
    {UNIFORM, &index_linked, &index_linked_auto1, "linked, uniform"},
    {ZIPF, &index_linked, &index_linked_auto2, "linked, Zipf"},
};

enum { SEARCHES = sizeof searches / sizeof *searches };

static size_t found[SEARCHES];

static bool run_group(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    unsigned s = cell->number / BENCH_GROUP_CELLS, g = cell->number % BENCH_GROUP_CELLS;
    enum distribution d = searches[s].distribution;
    part = (turn * FIND_PARTS + part + PARTS / BENCH_GROUP_CELLS * g) % PARTS;
    struct index_job job = {.tree = &built.tree,
                            .keys = work[d].keys + part * part_size,
                            .count = part_size,
                            .group = g == BENCH_AUTO ? 0 : bench_groups[g],
                            .found = &found[s]};
    index_run *const *run = g == BENCH_AUTO ? searches[s].finds_group : searches[s].run;
    return is_right(d, part, (*run)(&job));
}

static bool measure_groups(void)
{
    static struct bench_cell cells[SEARCHES * BENCH_GROUP_CELLS];
    for (unsigned k = 0; k < SEARCHES * BENCH_GROUP_CELLS; k++)
        cells[k] = (struct bench_cell){
            .setting = searches[k / BENCH_GROUP_CELLS].name,
            .run = run_group,
            .number = k,
            .parts = FIND_PARTS,
            .units = (double)(FIND_PARTS * part_size),
        };
    return bench_measure_groups(cells, SEARCHES, found, "lookup", (unsigned)rounds);
}

static bool measure_versions(void)
{
    static struct bench_cell cells[DISTRIBUTIONS * VERSIONS];
    prepare_cells(cells);
    if (!bench_measure(cells, DISTRIBUTIONS, VERSIONS, (unsigned)rounds))
        return false;
    const char *how = bench_count_instructions(cells, DISTRIBUTIONS * VERSIONS);
    for (unsigned d = 0; d < DISTRIBUTIONS; d++) {
        char title[64];
        snprintf(title, sizeof title, "%s, CPU ns/lookup", names[d]);
        bench_print_versions(title, &cells[d * VERSIONS], VERSIONS, TWO_LEVEL, "/two-lev.",
                             (unsigned)rounds);
    }
    bench_print_versions_key("/two-lev.", "two-level by hand", "lookup", how);
    print_verdicts(cells);
    return true;
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--keys", &keys, 1000, 1 << 30, "keys in the index"},
        {"--lookups", &lookups, 16 * PARTS, 1 << 28, "lookups in a round"},
        {"--group", &group, 1, 4096, "lookups in flight at a time"},
        {"--auto", &find, 1, 1, "CORO_GROUP_AUTO beside 1 to 64 in flight instead"},
    };
    bench_parse(
        argc, argv,
        "index: lookups in a B+-tree of 8-byte keys, in layers of coroutines, as in YCSB-C.\n"
        "Exit status 1: a wrong answer.",
        options, sizeof options / sizeof *options);

    bench_print_machine();
    double start = bench_now();
    built = index_build(keys);
    for (unsigned d = 0; d < DISTRIBUTIONS; d++)
        draw_lookups(d);
    printf(
        "index:   %llu keys, B+-tree of %zu-byte nodes, %u levels and the leaves, %zu MiB of which "
        "leaves %zu;\n         %.0f MiB of the process in huge pages\n",
        (unsigned long long)keys, sizeof(struct index_node), built.tree.height,
        built.all * sizeof(struct index_node) >> 20, built.leaves * sizeof(struct index_node) >> 20,
        bench_huge_mib());
    printf(
        "work:    %llu lookups, %d%% of them miss, %llu in flight; %llu rounds; built in %.1f s\n",
        (unsigned long long)lookups, MISSES_PERCENT, (unsigned long long)group,
        (unsigned long long)rounds, bench_now() - start);
    fflush(stdout);

    if (!(find ? measure_groups() : measure_versions()))
        return 1;
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
