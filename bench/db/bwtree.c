/* bwtree.c: lookups in a Bw-tree, in layers, as in YCSB-C: sequential, nested and linked, nested
 * and inlined, flattened by hand, as a state machine by hand. */
#include "bwtree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness.h"
#include "../zipf.h"
#include "pool.h"

enum version { SEQUENTIAL, LINKED, INLINED, TWO_LEVEL, AMAC, VERSIONS };

static const struct {
    const char *name;
    const struct bwtree_version *version;
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &bwtree_sequential},
    [LINKED] = {"nested, linked", &bwtree_linked},
    [INLINED] = {"nested, inlined", &bwtree_inlined},
    [TWO_LEVEL] = {"two-level by hand", &bwtree_two_level},
    [AMAC] = {"AMAC by hand", &bwtree_amac},
};

/* What is looked up. */
enum setting { UNIFORM, ZIPF, SETTINGS };

static const struct {
    const char *name;
    bool is_zipf;
} settings[SETTINGS] = {
    [UNIFORM] = {"uniform", false},
    [ZIPF] = {"Zipf 0.99", true},
};

enum {
    PARTS = 32,         /* that the lookups are cut into */
    MISSES_PERCENT = 5, /* lookups whose key isn't there */
    LOAD_BATCH = 1024,  /* puts */
    SAMPLE = 16,        /* lookups in a sample of the instructions */
    KEY_BYTES = 8,
    FEWEST_KEYS = 16, /* for each place in the mapping table: half of what is in a leaf that has
                         just been split */
};

static uint64_t rounds = 7, keys = 1 << 24, lookups = 1 << 20, group = 16;

static struct epoch epoch;
static struct epoch_worker worker;
static struct bwtree tree;

static struct {
    unsigned char *keys;
    uint64_t answer[PARTS];
} work[SETTINGS];
static size_t part_size; /* lookups */

/* ---- The keys -------------------------------------------------------------------------------- */

/* All are different: bench_random() maps no two states to one number. */
static uint64_t key_of(uint64_t item)
{
    return bench_random(&item);
}

static uint64_t value_of(uint64_t key)
{
    return bench_random(&key);
}

static void stop(const char *what)
{
    fprintf(stderr, "bwtree: %s\n", what);
    exit(1);
}

static void load(void)
{
    static struct bwtree_operation puts[LOAD_BATCH];
    for (uint64_t item = 0; item < keys; item += LOAD_BATCH) {
        size_t count = keys - item < LOAD_BATCH ? keys - item : LOAD_BATCH;
        for (size_t k = 0; k < count; k++) {
            uint64_t key = key_of(item + k);
            puts[k] =
                (struct bwtree_operation){.kind = BWTREE_PUT, .key = key, .value = value_of(key)};
        }
        bwtree_inlined.run(&(struct bwtree_job){
            .tree = &tree, .worker = &worker, .operations = puts, .count = count, .group = group});
        for (size_t k = 0; k < count; k++)
            if (puts[k].result.status != BWTREE_INSERTED)
                stop("a key can't be loaded");
    }
}

/* Draws the keys to look up and, without the tree, the answers. */
static void draw_lookups(enum setting s)
{
    struct zipf zipf = zipf_make((double)keys, 0.99);
    uint64_t state = 7 + s;
    part_size = lookups / PARTS;
    work[s].keys = bench_alloc(PARTS * part_size, KEY_BYTES, "the lookups");
    for (size_t i = 0; i < PARTS * part_size; i++) {
        uint64_t item = settings[s].is_zipf ? zipf_scramble(zipf_rank(&zipf, &state), keys)
                                            : bench_below(&state, keys);
        bool is_miss = bench_below(&state, 100) < MISSES_PERCENT;
        uint64_t key = key_of(is_miss ? item + keys : item);
        if (!is_miss)
            work[s].answer[i / part_size] += value_of(key) * (2 * (i % part_size) + 1);
        uint64_t bytes = __builtin_bswap64(key);
        memcpy(work[s].keys + i * KEY_BYTES, &bytes, KEY_BYTES);
    }
}

/* ---- The runs -------------------------------------------------------------------------------- */

/* The versions go round the same lookups at the greatest distance from each other, so that none
 * finds in the cache what another has just touched. */
static struct bwtree_lookups some_lookups(enum setting s, size_t first, size_t count)
{
    return (struct bwtree_lookups){.tree = &tree,
                                   .worker = &worker,
                                   .keys = work[s].keys + first * KEY_BYTES,
                                   .count = count,
                                   .group = group};
}

static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    unsigned s = cell->number / VERSIONS, v = cell->number % VERSIONS;
    part = (part + PARTS / VERSIONS * v) % PARTS;
    struct bwtree_lookups some = some_lookups(s, part * part_size, part_size);
    return versions[v].version->look_up(&some) == work[s].answer[part];
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    struct bwtree_lookups some = some_lookups(cell->number / VERSIONS, 0, size * SAMPLE);
    some.group = SAMPLE / 4;
    versions[cell->number % VERSIONS].version->look_up(&some);
}

static void prepare_cells(struct bench_cell *cells)
{
    for (unsigned k = 0; k < SETTINGS * VERSIONS; k++)
        cells[k] = (struct bench_cell){
            .version = versions[k % VERSIONS].name,
            .setting = settings[k / VERSIONS].name,
            .run = run,
            .sample = sample,
            .number = k,
            .parts = PARTS,
            .units = (double)(PARTS * part_size),
            .sample_units = SAMPLE,
        };
}

static bool measure(void)
{
    static struct bench_cell cells[SETTINGS * VERSIONS];
    prepare_cells(cells);
    if (!bench_measure(cells, SETTINGS, VERSIONS, (unsigned)rounds))
        return false;
    const char *how = bench_count_instructions(cells, SETTINGS * VERSIONS);
    for (unsigned s = 0; s < SETTINGS; s++) {
        char title[64];
        snprintf(title, sizeof title, "%s, CPU ns/lookup", settings[s].name);
        bench_print_versions(title, &cells[s * VERSIONS], VERSIONS, TWO_LEVEL, "/two-lev.",
                             (unsigned)rounds);
    }
    bench_print_versions_key("/two-lev.", "two-level by hand", "lookup", how);
    return true;
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--keys", &keys, 1000, 1 << 30, "keys in the tree"},
        {"--lookups", &lookups, 16 * PARTS, 1 << 28, "lookups in a round"},
        {"--group", &group, 1, 4096, "lookups in flight at a time"},
    };
    bench_parse(argc, argv,
                "bwtree: lookups in a Bw-tree, in layers of coroutines, as in YCSB-C.\nExit "
                "status 1: a wrong answer.",
                options, sizeof options / sizeof *options);

    bench_print_machine();
    double start = bench_now();
    uint32_t room = (uint32_t)(keys / FEWEST_KEYS);
    if (epoch_init(&epoch, &pool_memory) != 0 || !bwtree_init(&tree, room, &pool_memory))
        stop("no memory for the tree");
    epoch_join(&epoch, &worker);
    load();
    epoch_collect(&worker);
    for (unsigned s = 0; s < SETTINGS; s++)
        draw_lookups(s);
    printf("bwtree: %llu keys of %d bytes in %u nodes, %zu MiB; %.0f MiB of the process in huge "
           "pages\n",
           (unsigned long long)keys, KEY_BYTES, (unsigned)tree.used, pool_used() >> 20,
           bench_huge_mib());
    printf("work:   %llu lookups, %d%% of them miss, %llu in flight; %llu rounds; loaded in %.1f "
           "s\n",
           (unsigned long long)lookups, MISSES_PERCENT, (unsigned long long)group,
           (unsigned long long)rounds, bench_now() - start);
    fflush(stdout);

    if (!measure())
        return 1;
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
