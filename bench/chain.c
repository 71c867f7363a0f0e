/* chain.c: what an await costs at each depth: a pointer chase in far more memory than the caches
 * hold, or all in the caches, sequential, nested and linked, nested and inlined, flattened by hand,
 * as a state machine by hand, and in C++20; and what the machine allows. */
#include <stdio.h>
#include <stdlib.h>

#include "chain_build.h"
#include "harness.h"
#include "scaling.h"

enum version {
    SEQUENTIAL,
    LINKED,
    INLINED,
    TWO_LEVEL,
    AMAC,
    CPP20_POOLED,
    CPP20_ELIDED,
    CPP20_FLAT,
    KNOWN,
    LATENCY,
    SCHEDULER,
    INDIRECT,
    EAGER,
    TOLD,
    STACK,
    CIRCULAR,
    SPLIT,
    VERSIONS
};

/* A round takes a share of the lookups, the smaller the slower. A sample of the instructions has as
 * many lookups as are usually in flight; or few of more hops, where the loop over the hops is
 * unrolled. */
static const struct {
    const char *name;
    const struct chain_version *code;
    unsigned blocks; /* of the BLOCKS that the lookups are cut into */
    unsigned sample; /* lookups, all in flight */
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &chain_sequential, 1, 2},
    [LINKED] = {"nested, linked", &chain_linked, 4, 16},
    [INLINED] = {"nested, inlined", &chain_inlined, 8, 16},
    [TWO_LEVEL] = {"two-level by hand", &chain_two_level, 8, 16},
    [AMAC] = {"AMAC by hand", &chain_amac, 8, 16},
    [CPP20_POOLED] = {"C++20 nested, pooled", &chain_cpp20_pooled, 4, 16},
    [CPP20_ELIDED] = {"C++20 nested, elided", &chain_cpp20_elided, 4, 16},
    [CPP20_FLAT] = {"C++20 flat", &chain_cpp20_flat, 4, 16},
    [KNOWN] = {"limit: lines known ahead", &chain_known, 4, 2},
    [LATENCY] = {"latency: one chase alone", &chain_latency, 1, 2},
    [SCHEDULER] = {"scheduler resumes", &chain_scheduler, 4, 16},
    [INDIRECT] = {"await resumes, indirect", &chain_indirect, 4, 16},
    [EAGER] = {"no initial suspend", &chain_eager, 4, 16},
    [TOLD] = {"linked, told at awaits", &chain_told, 4, 16},
    [STACK] = {"linked, stack", &chain_stack, 4, 16},
    [CIRCULAR] = {"linked, circular array", &chain_circular, 4, 16},
    [SPLIT] = {"inlined, not fused", &chain_split, 8, 16},
};

enum {
    BLOCKS = 72,          /* more than a turn takes */
    RESIDENT_NODES = 128, /* 8 KiB, which leave a first-level cache room for the frames */
    FIND_BLOCKS = 5,      /* of a round, of each group size and of CORO_GROUP_AUTO */
    SAMPLE = 32,          /* hops of a sample's lookups, all together */
};

static const char *const depths[CHAIN_DEPTHS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};

static uint64_t rounds = 25, size_mib = 512, lookups = 1 << 20, hops = 16, group = 16;
static uint64_t batch = 0; /* lookups in a call; 0: as many as a block has */
static uint64_t resident = 0, sweep = 0, find = 0, variants = 0, threads = 0; /* flags */

static const struct chain_node *nodes;
static const struct chain_node **starts; /* by lookup */
static uint32_t *lines;                  /* of all lookups: see chain_job */
static uint64_t sums[BLOCKS];            /* the answers of a block but for the calls */
static size_t block_size;                /* lookups */

/* ---- The data -------------------------------------------------------------------------------- */

/* Draws where the lookups begin and walks them: the answers that every version must give. */
static void draw_lookups(size_t count)
{
    uint64_t state = 7;
    block_size = lookups / BLOCKS;
    if (batch == 0 || batch > block_size)
        batch = block_size;
    block_size -= block_size % batch;
    starts = bench_alloc(BLOCKS * block_size, sizeof *starts, "the lookups");
    lines = bench_alloc_huge((BLOCKS * block_size * hops + CHAIN_AHEAD) * sizeof *lines,
                             "the lines of the lookups");
    uint32_t *line = lines;
    for (size_t k = 0; k < BLOCKS * block_size; k++) {
        starts[k] = &nodes[bench_below(&state, count)];
        struct chain_cursor cursor = {starts[k], 0, 0};
        for (size_t hop = 0; hop < hops; hop++) {
            *line++ = (uint32_t)(cursor.node - nodes);
            cursor.node = chain_visit(&cursor);
        }
        sums[k / block_size] += cursor.sum * (2 * (k % block_size % batch) + 1);
    }
}

/* ---- The runs -------------------------------------------------------------------------------- */

/* What a cell measures. */
struct point {
    enum version version;
    unsigned depth;
    size_t group;
    const struct chain_version *finds_group; /* the code instead, or NULL */
    size_t *found;                           /* the group of that */
    unsigned before, all; /* blocks of a round: of the points of its setting before it, of all */
};

/* Each part of each point goes on where the one before it ended, round all blocks, so that none
 * finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    const struct point *p = cell->context;
    size_t first = (p->all * turn + p->before + part) % BLOCKS * block_size;
    const struct chain_version *code = p->finds_group ? p->finds_group : versions[p->version].code;
    uint64_t answer = 0;
    for (size_t done = 0; done < block_size; done += batch) {
        struct chain_job job = {.starts = starts + first + done,
                                .count = batch,
                                .hops = hops,
                                .group = p->group,
                                .found = p->found,
                                .nodes = nodes,
                                .lines = lines + (first + done) * hops};
        answer += code->run[p->depth - 1](&job);
    }
    /* The weights 2 i + 1 of a batch's lookups add up to the square of its size. */
    uint64_t calls = p->depth * hops * batch * block_size;
    return answer == sums[first / block_size] + calls;
}

/* A few more hops for each of the same few lookups: no start or end of a lookup is in the
 * difference. */
static void sample(const struct bench_cell *cell, unsigned size)
{
    const struct point *p = cell->context;
    size_t count = versions[p->version].sample;
    struct chain_job job = {.starts = starts,
                            .count = count,
                            .hops = size * SAMPLE / count,
                            .group = count,
                            .nodes = nodes,
                            .lines = lines};
    versions[p->version].code->run[p->depth - 1](&job);
}

/* The cells of a depth: each measures its point in so many blocks a round. */
static void prepare_cells(struct bench_cell *cells, struct point *points, size_t count)
{
    static char settings[CHAIN_DEPTHS][16];
    unsigned all = 0;
    for (size_t k = 0; k < count; k++) {
        char *setting = settings[points[k].depth - 1];
        snprintf(setting, sizeof *settings, "depth %u", points[k].depth);
        cells[k] = (struct bench_cell){
            .version = versions[points[k].version].name,
            .setting = setting,
            .run = run,
            .sample = sample,
            .context = &points[k],
            .parts = sweep  ? 1
                     : find ? FIND_BLOCKS
                            : versions[points[k].version].blocks,
            .sample_units = SAMPLE,
        };
        cells[k].units = (double)(cells[k].parts * block_size * hops);
        points[k].before = all;
        all += cells[k].parts;
    }
    for (size_t k = 0; k < count; k++)
        points[k].all = all;
}

/* ---- The report ------------------------------------------------------------------------------ */

/* The cells that are reported; NULL: not measured. */
static const struct bench_cell *at[CHAIN_DEPTHS][VERSIONS];

static double time_of(const struct bench_cell *cell)
{
    return cell->median;
}

static double instructions_of(const struct bench_cell *cell)
{
    return cell->instructions;
}

/* Negative: not by groups. */
static double group_of(const struct bench_cell *cell)
{
    size_t lookups_in_flight = ((const struct point *)cell->context)->group;
    return lookups_in_flight ? (double)lookups_in_flight : -1;
}

static void print_values(const char *title, double (*of)(const struct bench_cell *), int decimals)
{
    bench_print_head(title, depths, CHAIN_DEPTHS);
    for (unsigned v = 0; v < VERSIONS; v++) {
        double value[CHAIN_DEPTHS];
        if (!at[0][v])
            continue;
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            value[d] = of(at[d][v]);
        bench_print_row(versions[v].name, value, CHAIN_DEPTHS, decimals);
    }
}

static void print_quartiles(void)
{
    bench_print_head("quartiles", depths, CHAIN_DEPTHS);
    for (unsigned v = 0; v < VERSIONS; v++) {
        double low[CHAIN_DEPTHS], high[CHAIN_DEPTHS];
        if (!at[0][v])
            continue;
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            low[d] = at[d][v]->lower, high[d] = at[d][v]->upper;
        bench_print_range(versions[v].name, low, high, CHAIN_DEPTHS);
    }
}

static double time_ratio(const struct bench_cell *above, const struct bench_cell *below)
{
    return above->median / below->median;
}

static double rounds_ratio(const struct bench_cell *above, const struct bench_cell *below)
{
    return bench_paired_ratio(above, below, (unsigned)rounds);
}

typedef double ratio_of(const struct bench_cell *above, const struct bench_cell *below);

static const struct {
    const char *name;
    enum version above, below;
} ratios[] = {
    {"inlined / two-level", INLINED, TWO_LEVEL}, /* these two of instructions too */
    {"inlined / AMAC", INLINED, AMAC},
    {"inlined / limit", INLINED, KNOWN},
    {"linked / inlined", LINKED, INLINED},
    {"linked / C++20 pooled", LINKED, CPP20_POOLED},
    {"linked / C++20 elided", LINKED, CPP20_ELIDED},
    {"sequential / inlined", SEQUENTIAL, INLINED},
    {"scheduler / linked", SCHEDULER, LINKED},
    {"indirect / linked", INDIRECT, LINKED},
    {"no initial suspend / l.", EAGER, LINKED},
    {"told at awaits / linked", TOLD, LINKED},
    {"stack / linked", STACK, LINKED},
    {"circular array / linked", CIRCULAR, LINKED},
    {"not fused / inlined", SPLIT, INLINED},
};

enum { RATIOS = sizeof ratios / sizeof *ratios, INSTRUCTION_RATIOS = 2 };

static void print_ratios(const char *title, ratio_of *of, unsigned count)
{
    bench_print_head(title, depths, CHAIN_DEPTHS);
    for (unsigned r = 0; r < count; r++) {
        double value[CHAIN_DEPTHS];
        if (!at[0][ratios[r].above] || !at[0][ratios[r].below])
            continue;
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            value[d] = of(at[d][ratios[r].above], at[d][ratios[r].below]);
        bench_print_row(ratios[r].name, value, CHAIN_DEPTHS, 3);
    }
}

/* What a ratio shall be at most, at every depth. */
struct target {
    const char *what;
    ratio_of *of;
    enum version above, below;
    double most;
};

static void print_verdicts(const struct target *targets, size_t count)
{
    printf("\n");
    for (const struct target *t = targets; t < targets + count; t++) {
        struct bench_verdict verdict = {.what = t->what, .target = t->most};
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            bench_judge(&verdict, t->of(at[d][t->above], at[d][t->below]),
                        at[d][t->above]->setting);
        bench_print_verdict(&verdict);
    }
}

/* ---- Versions with one group size ------------------------------------------------------------ */

static const enum version rivals[] = {SEQUENTIAL,   LINKED,       INLINED,    TWO_LEVEL, AMAC,
                                      CPP20_POOLED, CPP20_ELIDED, CPP20_FLAT, KNOWN,     LATENCY};
static const enum version ways[] = {SEQUENTIAL, SCHEDULER, INDIRECT, LINKED, EAGER,
                                    TOLD,       STACK,     CIRCULAR, SPLIT,  INLINED};

enum { RIVALS = sizeof rivals / sizeof *rivals, WAYS = sizeof ways / sizeof *ways };

static bool measure_versions(void)
{
    static struct bench_cell cells[CHAIN_DEPTHS * VERSIONS];
    static struct point points[CHAIN_DEPTHS * VERSIONS];
    const enum version *measured = variants ? ways : rivals;
    /* Memory sets no limits where the nodes are in the caches. */
    unsigned count = variants ? WAYS : resident ? RIVALS - 2 : RIVALS;
    for (unsigned d = 0; d < CHAIN_DEPTHS; d++) {
        for (unsigned k = 0; k < count; k++) {
            points[d * count + k] =
                (struct point){.version = measured[k], .depth = d + 1, .group = group};
            at[d][measured[k]] = &cells[d * count + k];
        }
        prepare_cells(&cells[d * count], &points[d * count], count);
    }
    if (!bench_measure(cells, CHAIN_DEPTHS, count, (unsigned)rounds))
        return false;
    const char *how = bench_count_instructions(cells, CHAIN_DEPTHS * count);
    print_values("CPU ns per hop, median", time_of, resident ? 2 : 1);
    print_quartiles();
    print_ratios("time, ratio of medians", time_ratio, RATIOS);
    print_ratios("median of rounds' ratios", rounds_ratio, RATIOS);
    print_values("instructions per hop", instructions_of, 1);
    if (variants) {
        print_ratios("instructions, ratio", bench_instructions_ratio, RATIOS);
        printf("  (user mode; %s)\n\n"
               "docs/variants.md has what each of them is; nested, linked and nested, inlined are "
               "what\nthe plugin makes by default\n",
               how);
        return true;
    }
    print_ratios("instructions, ratio", bench_instructions_ratio, INSTRUCTION_RATIOS);
    printf(
        "  (user mode; %s)\n\n"
        "AMAC: a state machine, asynchronous memory access chaining;\n"
        "elided: clang sees the awaited coroutine's body and lays its frame into the awaiter's;\n"
        "pooled: it does not, as across files, and the frames come from a free list\n",
        how);
    if (!resident)
        printf("limit: the same lines, all addresses known in advance; latency: one chase of\n"
               "dependent loads, nothing beside it\n");
    return true;
}

static void judge_versions(void)
{
    static const struct target by_default[] = {
        {"time, inlined / two-level", time_ratio, INLINED, TWO_LEVEL, 1.03},
        {"instructions, inlined / two-level", bench_instructions_ratio, INLINED, TWO_LEVEL, 1.02},
        {"time, linked / C++20 nested, pooled", time_ratio, LINKED, CPP20_POOLED, 1.00},
    };
    static const struct target in_the_caches[] = {
        {"resident: time, inlined / AMAC", time_ratio, INLINED, AMAC, 1.10},
        {"resident: instructions, inlined / AMAC", bench_instructions_ratio, INLINED, AMAC, 1.10},
    };
    if (resident)
        print_verdicts(in_the_caches, sizeof in_the_caches / sizeof *in_the_caches);
    else
        print_verdicts(by_default, sizeof by_default / sizeof *by_default);
}

/* ---- Some versions with all group sizes ------------------------------------------------------ */

static const size_t groups[] = {1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64};

static const struct {
    enum version version;
    const char *name;
} swept[] = {
    {AMAC, "AMAC"},     {TWO_LEVEL, "two-level"}, {INLINED, "inlined"},
    {LINKED, "linked"}, {CPP20_POOLED, "pooled"},
};

enum {
    GROUPS = sizeof groups / sizeof *groups,
    SWEPT = sizeof swept / sizeof *swept,
    SWEEP = GROUPS * SWEPT, /* cells; behind them that of the limit, which has no group */
};
_Static_assert(SWEEP + 1 <= BLOCKS, "what is swept would find its lines in the cache");

static void print_sweep(const struct bench_cell *cells)
{
    const char *names[SWEPT];
    char title[64];
    snprintf(title, sizeof title, "CPU ns per hop, %s", cells->setting);
    for (unsigned s = 0; s < SWEPT; s++)
        names[s] = swept[s].name;
    bench_print_head(title, names, SWEPT);
    for (unsigned g = 0; g < GROUPS; g++) {
        double value[SWEPT];
        for (unsigned s = 0; s < SWEPT; s++)
            value[s] = cells[g * SWEPT + s].median;
        snprintf(title, sizeof title, "%zu in flight", groups[g]);
        bench_print_row(title, value, SWEPT, 2);
    }
}

/* Takes of each version the cell of its best group. */
static void choose_best(const struct bench_cell *cells, size_t count,
                        const struct bench_cell **best)
{
    for (const struct bench_cell *c = cells; c < cells + count; c++) {
        const struct bench_cell **present = &best[((const struct point *)c->context)->version];
        if (!*present || c->median < (*present)->median)
            *present = c;
    }
}

/* One setting is a depth: its versions and groups take turns. */
static bool measure_sweep(void)
{
    static struct bench_cell cells[CHAIN_DEPTHS * (SWEEP + 1)];
    static struct point points[CHAIN_DEPTHS * (SWEEP + 1)];
    size_t count = resident ? SWEEP : SWEEP + 1;
    for (unsigned d = 0; d < CHAIN_DEPTHS; d++) {
        struct point *point = &points[d * count];
        for (unsigned k = 0; k < SWEEP; k++)
            point[k] = (struct point){
                .version = swept[k % SWEPT].version, .depth = d + 1, .group = groups[k / SWEPT]};
        if (count > SWEEP)
            point[SWEEP] = (struct point){.version = KNOWN, .depth = d + 1};
        prepare_cells(&cells[d * count], point, count);
    }
    if (!bench_measure(cells, CHAIN_DEPTHS, count, (unsigned)rounds))
        return false;
    for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
        choose_best(&cells[d * count], count, at[d]);
    for (unsigned d = 0; d < 5; d += 2)
        print_sweep(&cells[d * count]);
    print_values("CPU ns per hop, best group", time_of, 2);
    print_values("best group", group_of, 0);
    print_ratios("time, each at its best", time_ratio, RATIOS);
    return true;
}

static void judge_sweep(void)
{
    static const struct target targets[] = {
        {"best group: time, inlined / AMAC", time_ratio, INLINED, AMAC, 1.00},
        {"best group: time, inlined / limit", time_ratio, INLINED, KNOWN, 1.30},
        {"best group: time, linked / C++20 nested, pooled", time_ratio, LINKED, CPP20_POOLED, 0.90},
    };
    if (resident)
        printf("\n");
    else
        print_verdicts(targets, sizeof targets / sizeof *targets);
}

/* ---- Some versions by one thread and by two -------------------------------------------------- */

static const enum version shared_nodes[] = {SEQUENTIAL, LINKED, INLINED, AMAC};

enum { THREADED = sizeof shared_nodes / sizeof *shared_nodes };

/* Each thread has lookups of its own, a scheduler and frames; the nodes are the same. */
static bool run_share(const struct bench_scaling *cell, unsigned turn, unsigned thread)
{
    const struct point *p = cell->context;
    const struct bench_cell block = {.context = p};
    bool right = true;
    for (unsigned part = 0; part < p->all && right; part++)
        right = run(&block, 2 * turn + thread, part);
    return right;
}

static bool measure_threads(void)
{
    static struct point points[CHAIN_DEPTHS * THREADED];
    static struct bench_scaling cells[CHAIN_DEPTHS * THREADED];
    for (unsigned k = 0; k < CHAIN_DEPTHS * THREADED; k++) {
        struct point *p = &points[k];
        *p = (struct point){
            .version = shared_nodes[k % THREADED], .depth = k / THREADED + 1, .group = group};
        /* A few milliseconds, which other processes often leave to us. */
        p->all = resident && p->version != LINKED ? 4 : 1;
        cells[k] = (struct bench_scaling){.version = versions[p->version].name,
                                          .setting = depths[p->depth - 1],
                                          .run = run_share,
                                          .context = p,
                                          .units = (double)(p->all * block_size * hops)};
    }
    if (!bench_measure_scaling(cells, CHAIN_DEPTHS * THREADED, (unsigned)rounds))
        return false;
    static const char *const titles[] = {"ns per hop, one thread", "ns per hop, two threads",
                                         "two do more by a factor", "rounds that counted"};
    enum { TITLES = sizeof titles / sizeof *titles };
    for (unsigned t = 0; t < TITLES; t++) {
        bench_print_head(titles[t], depths, CHAIN_DEPTHS);
        for (unsigned v = 0; v < THREADED; v++) {
            double value[CHAIN_DEPTHS];
            for (unsigned d = 0; d < CHAIN_DEPTHS; d++) {
                const struct bench_scaling *c = &cells[d * THREADED + v];
                const double of[TITLES] = {c->ns[0], c->ns[1], c->scaling, c->undisturbed};
                value[d] = of[t];
            }
            bench_print_row(versions[shared_nodes[v]].name, value, CHAIN_DEPTHS,
                            t == TITLES - 1 ? 0 : 2);
        }
    }
    printf("  (by the clock; medians of the rounds in which no other process took a processor "
           "away)\n\n");
    return true;
}

/* ---- CORO_GROUP_AUTO and all group sizes ----------------------------------------------------- */

static const struct {
    enum version version;
    const struct chain_version *finds_group;
    unsigned depth;
    const char *name;
} searches[] = {
    {INLINED, &chain_inlined_auto1, 1, "inlined, depth 1"},
    {INLINED, &chain_inlined_auto1, 3, "inlined, depth 3"},
    {INLINED, &chain_inlined_auto1, 5, "inlined, depth 5"},
    {LINKED, &chain_linked_auto1, 1, "linked, depth 1"},
    {LINKED, &chain_linked_auto1, 3, "linked, depth 3"},
    {LINKED, &chain_linked_auto1, 5, "linked, depth 5"},
};

enum { SEARCHES = sizeof searches / sizeof *searches };
_Static_assert(BENCH_GROUP_CELLS *FIND_BLOCKS <= BLOCKS, "lines would be found in the cache");

static bool measure_groups(void)
{
    static struct bench_cell cells[SEARCHES * BENCH_GROUP_CELLS];
    static struct point points[SEARCHES * BENCH_GROUP_CELLS];
    static size_t found[SEARCHES];
    for (unsigned s = 0; s < SEARCHES; s++) {
        struct point *point = &points[s * BENCH_GROUP_CELLS];
        for (unsigned g = 0; g < BENCH_GROUP_CELLS; g++)
            point[g] =
                (struct point){.version = searches[s].version,
                               .depth = searches[s].depth,
                               .group = g == BENCH_AUTO ? 0 : bench_groups[g],
                               .finds_group = g == BENCH_AUTO ? searches[s].finds_group : NULL,
                               .found = &found[s]};
        prepare_cells(&cells[s * BENCH_GROUP_CELLS], point, BENCH_GROUP_CELLS);
    }
    for (unsigned k = 0; k < SEARCHES * BENCH_GROUP_CELLS; k++)
        cells[k].setting = searches[k / BENCH_GROUP_CELLS].name;
    return bench_measure_groups(cells, SEARCHES, found, "hop", (unsigned)rounds);
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 10000, "times that everything is measured"},
        {"--size", &size_mib, 1, 65536, "memory of the nodes, in MiB"},
        {"--resident", &resident, 1, 1, "8 KiB of nodes instead: only instructions count"},
        {"--lookups", &lookups, 16 * BLOCKS, 1 << 28, "lookups that are drawn"},
        {"--hops", &hops, 1, 1 << 20, "hops of a lookup"},
        {"--group", &group, 1, 4096, "lookups in flight at a time"},
        {"--variants", &variants, 1, 1, "other ways to await, link and drive instead of rivals"},
        {"--threads", &threads, 1, 1, "two threads, each with its own lookups, against one"},
        {"--sweep", &sweep, 1, 1, "1 to 64 lookups in flight instead, and the best of these"},
        {"--auto", &find, 1, 1, "CORO_GROUP_AUTO beside 1 to 64 in flight instead"},
        {"--batch", &batch, 0, 1 << 28, "lookups in a call of coro_interleave, instead of all"},
    };
    bench_parse(argc, argv,
                "chain: what an await costs at each depth: a pointer chase through nodes of one\n"
                "cache line, d layers of coroutines at every hop. Exit status 1: a wrong answer.",
                options, sizeof options / sizeof *options);

    bench_print_machine();
    double start = bench_now();
    size_t count = resident ? RESIDENT_NODES : (size_mib << 20) / sizeof(struct chain_node);
    nodes = chain_build(count);
    draw_lookups(count);
    printf(
        "chain:   %zu nodes of %zu bytes in one random cycle, %zu %s; %.0f MiB of the process in "
        "huge pages\n",
        count, sizeof(struct chain_node), count * sizeof(struct chain_node) >> (resident ? 10 : 20),
        resident ? "KiB" : "MiB", bench_huge_mib());
    printf("work:    lookups of %llu hops, ", (unsigned long long)hops);
    if (sweep || find)
        printf("%zu to %zu", groups[0], groups[GROUPS - 1]);
    else
        printf("%llu", (unsigned long long)group);
    printf(" in flight; %llu rounds; built in %.1f s\n", (unsigned long long)rounds,
           bench_now() - start);
    fflush(stdout);

    if (!(threads ? measure_threads()
          : find  ? measure_groups()
          : sweep ? measure_sweep()
                  : measure_versions()))
        return 1;
    if (find)
        printf("%llu lookups in a call\n", (unsigned long long)batch);
    else if (sweep)
        judge_sweep();
    else if (!variants && !threads)
        judge_versions();
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
