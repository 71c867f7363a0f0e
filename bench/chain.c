/* chain.c: what an await costs at each depth: a pointer chase in far more memory than the caches
 * hold, sequential, nested and linked, nested and inlined, flattened by hand, and in C++20. */
#include <stdio.h>
#include <stdlib.h>

#include "chain.h"
#include "harness.h"

enum version {
    SEQUENTIAL,
    LINKED,
    INLINED,
    TWO_LEVEL,
    CPP20_POOLED,
    CPP20_ELIDED,
    CPP20_FLAT,
    VERSIONS
};

/* A round takes a share of the lookups, the smaller the slower. */
static const struct {
    const char *name;
    const struct chain_version *code;
    unsigned blocks; /* of the BLOCKS that the lookups are cut into */
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &chain_sequential, 1},
    [LINKED] = {"nested, linked", &chain_linked, 4},
    [INLINED] = {"nested, inlined", &chain_inlined, 8},
    [TWO_LEVEL] = {"two-level by hand", &chain_two_level, 8},
    [CPP20_POOLED] = {"C++20 nested, pooled", &chain_cpp20_pooled, 4},
    [CPP20_ELIDED] = {"C++20 nested, elided", &chain_cpp20_elided, 4},
    [CPP20_FLAT] = {"C++20 flat", &chain_cpp20_flat, 4},
};

enum {
    BLOCKS = 64,
    SAMPLE = 2,      /* lookups in a sample of the instructions; all in flight */
    SAMPLE_HOPS = 8, /* whole turns of an unrolled loop */
};

static const char *const depths[CHAIN_DEPTHS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};

static uint64_t rounds = 25, size_mib = 512, lookups = 1 << 20, hops = 16, group = 16;

static const struct chain_node **starts; /* by lookup */
static uint64_t sums[BLOCKS];            /* the answers of a block but for the calls */
static size_t block_size;                /* lookups */

/* ---- The data -------------------------------------------------------------------------------- */

/* Links all nodes in one random cycle: Sattolo, Information Processing Letters 22(6), 1986. */
static struct chain_node *build_chain(size_t count)
{
    struct chain_node *nodes = bench_alloc_huge(count * sizeof *nodes, "the nodes");
    uint32_t *next = bench_alloc_huge(count * sizeof *next, "the order of the nodes");
    uint64_t state = 42;
    for (size_t k = 0; k < count; k++)
        next[k] = (uint32_t)k;
    for (size_t k = count - 1; k > 0; k--) {
        size_t other = bench_below(&state, k);
        uint32_t kept = next[k];
        next[k] = next[other];
        next[other] = kept;
    }
    for (size_t k = 0; k < count; k++) {
        nodes[k].next = &nodes[next[k]];
        nodes[k].payload = bench_random(&state);
    }
    bench_free_huge(next, count * sizeof *next);
    return nodes;
}

/* Draws where the lookups begin and walks them: the answers that every version must give. */
static void draw_lookups(const struct chain_node *nodes, size_t count)
{
    uint64_t state = 7;
    block_size = lookups / BLOCKS;
    starts = bench_alloc(BLOCKS * block_size, sizeof *starts, "the lookups");
    for (size_t k = 0; k < BLOCKS * block_size; k++) {
        starts[k] = &nodes[bench_below(&state, count)];
        struct chain_cursor cursor = {starts[k], 0, 0};
        for (size_t hop = 0; hop < hops; hop++)
            cursor.node = chain_visit(&cursor);
        sums[k / block_size] += cursor.sum * (2 * (k % block_size) + 1);
    }
}

/* ---- The runs -------------------------------------------------------------------------------- */

/* Each part of each version goes on where the one before it ended, round all blocks, so that none
 * finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    enum version v = cell->number % VERSIONS;
    unsigned depth = cell->number / VERSIONS + 1, before = 0, all = 0;
    for (unsigned k = 0; k < VERSIONS; all += versions[k++].blocks)
        before += k < v ? versions[k].blocks : 0;
    unsigned block = (all * turn + before + part) % BLOCKS;
    struct chain_job job = {starts + block * block_size, block_size, hops, group};
    /* The weights 2 i + 1 of a block's lookups add up to the square of its size. */
    uint64_t calls = depth * hops * block_size * block_size;
    return versions[v].code->run[depth - 1](&job) == sums[block] + calls;
}

/* A few more hops for each of the same few lookups: no start or end of a lookup is in the
 * difference. */
static void sample(const struct bench_cell *cell, unsigned size)
{
    struct chain_job job = {starts, SAMPLE, size * SAMPLE_HOPS, SAMPLE};
    versions[cell->number % VERSIONS].code->run[cell->number / VERSIONS](&job);
}

static void prepare_cells(struct bench_cell *cells)
{
    static char settings[CHAIN_DEPTHS][16];
    for (unsigned k = 0; k < CHAIN_DEPTHS * VERSIONS; k++) {
        snprintf(settings[k / VERSIONS], sizeof *settings, "depth %u", k / VERSIONS + 1);
        cells[k] = (struct bench_cell){
            .version = versions[k % VERSIONS].name,
            .setting = settings[k / VERSIONS],
            .run = run,
            .sample = sample,
            .number = k,
            .parts = versions[k % VERSIONS].blocks,
            .units = (double)(versions[k % VERSIONS].blocks * block_size * hops),
            .sample_units = SAMPLE * SAMPLE_HOPS,
        };
    }
}

/* ---- The report ------------------------------------------------------------------------------ */

typedef struct bench_cell table[CHAIN_DEPTHS][VERSIONS];

static void print_times(table cells)
{
    double median[CHAIN_DEPTHS], low[CHAIN_DEPTHS], high[CHAIN_DEPTHS];
    bench_print_head("CPU ns per hop, median", depths, CHAIN_DEPTHS);
    for (unsigned v = 0; v < VERSIONS; v++) {
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            median[d] = cells[d][v].median;
        bench_print_row(versions[v].name, median, CHAIN_DEPTHS, 1);
    }
    bench_print_head("quartiles", depths, CHAIN_DEPTHS);
    for (unsigned v = 0; v < VERSIONS; v++) {
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            low[d] = cells[d][v].lower, high[d] = cells[d][v].upper;
        bench_print_range(versions[v].name, low, high, CHAIN_DEPTHS);
    }
}

static const struct {
    const char *name;
    enum version above, below;
} ratios[] = {
    {"inlined / two-level", INLINED, TWO_LEVEL},
    {"linked / inlined", LINKED, INLINED},
    {"linked / C++20 pooled", LINKED, CPP20_POOLED},
    {"linked / C++20 elided", LINKED, CPP20_ELIDED},
    {"sequential / inlined", SEQUENTIAL, INLINED},
};

static void print_ratios(table cells)
{
    double value[CHAIN_DEPTHS];
    bench_print_head("time, ratio of medians", depths, CHAIN_DEPTHS);
    for (size_t r = 0; r < sizeof ratios / sizeof *ratios; r++) {
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            value[d] = cells[d][ratios[r].above].median / cells[d][ratios[r].below].median;
        bench_print_row(ratios[r].name, value, CHAIN_DEPTHS, 3);
    }
    bench_print_head("median of rounds' ratios", depths, CHAIN_DEPTHS);
    for (size_t r = 0; r < sizeof ratios / sizeof *ratios; r++) {
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            value[d] = bench_paired_ratio(&cells[d][ratios[r].above], &cells[d][ratios[r].below],
                                          (unsigned)rounds);
        bench_print_row(ratios[r].name, value, CHAIN_DEPTHS, 3);
    }
}

static void print_instructions(table cells, const char *how)
{
    double value[CHAIN_DEPTHS];
    bench_print_head("instructions per hop", depths, CHAIN_DEPTHS);
    for (unsigned v = 0; v < VERSIONS; v++) {
        for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
            value[d] = cells[d][v].instructions;
        bench_print_row(versions[v].name, value, CHAIN_DEPTHS, 1);
    }
    for (unsigned d = 0; d < CHAIN_DEPTHS; d++)
        value[d] = bench_instructions_ratio(&cells[d][INLINED], &cells[d][TWO_LEVEL]);
    bench_print_row("inlined / two-level", value, CHAIN_DEPTHS, 3);
    printf(
        "  (user mode; %s)\n\n"
        "elided: clang sees the awaited coroutine's body and lays its frame into the awaiter's;\n"
        "pooled: it does not, as across files, and the frames come from a free list\n",
        how);
}

static void print_verdicts(table cells)
{
    struct bench_verdict time = {.what = "time, inlined / two-level", .target = 1.03};
    struct bench_verdict work = {.what = "instructions, inlined / two-level", .target = 1.02};
    struct bench_verdict peer = {.what = "time, linked / C++20 nested, pooled", .target = 1.00};
    for (unsigned d = 0; d < CHAIN_DEPTHS; d++) {
        const char *where = cells[d][0].setting;
        bench_judge(&time, cells[d][INLINED].median / cells[d][TWO_LEVEL].median, where);
        bench_judge(&work, bench_instructions_ratio(&cells[d][INLINED], &cells[d][TWO_LEVEL]),
                    where);
        bench_judge(&peer, cells[d][LINKED].median / cells[d][CPP20_POOLED].median, where);
    }
    printf("\n");
    bench_print_verdict(&time);
    bench_print_verdict(&work);
    bench_print_verdict(&peer);
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--size", &size_mib, 1, 65536, "memory of the nodes, in MiB"},
        {"--lookups", &lookups, 16 * BLOCKS, 1 << 28, "lookups that are drawn"},
        {"--hops", &hops, 1, 1 << 20, "hops of a lookup"},
        {"--group", &group, 1, 4096, "lookups in flight at a time"},
    };
    bench_parse(argc, argv,
                "chain: what an await costs at each depth: a pointer chase through nodes of one\n"
                "cache line, d layers of coroutines at every hop. Exit status 1: a wrong answer.",
                options, sizeof options / sizeof *options);

    bench_print_machine();
    double start = bench_now();
    size_t count = (size_mib << 20) / sizeof(struct chain_node);
    draw_lookups(build_chain(count), count);
    printf(
        "chain:   %zu nodes of %zu bytes in one random cycle, %llu MiB; %.0f MiB of the process in "
        "huge pages\n",
        count, sizeof(struct chain_node), (unsigned long long)size_mib, bench_huge_mib());
    printf("work:    lookups of %llu hops, %llu in flight; %llu rounds; built in %.1f s\n",
           (unsigned long long)hops, (unsigned long long)group, (unsigned long long)rounds,
           bench_now() - start);
    fflush(stdout);

    static table cells;
    prepare_cells(&cells[0][0]);
    if (!bench_measure(&cells[0][0], CHAIN_DEPTHS, VERSIONS, (unsigned)rounds))
        return 1;
    const char *how = bench_count_instructions(&cells[0][0], CHAIN_DEPTHS * VERSIONS);
    print_times(cells);
    print_ratios(cells);
    print_instructions(cells, how);
    print_verdicts(cells);
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
