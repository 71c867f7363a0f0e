/* probe.c: lookups in an index, as in YCSB-C, in each of the ways in which it is built. */
#include "probe.h"

#include <stdio.h>

#include "../zipf.h"

enum {
    PARTS = 32,         /* that the lookups are cut into */
    MISSES_PERCENT = 5, /* lookups whose key isn't there */
    SAMPLE = 16,        /* lookups in a sample of the instructions */
    MOST_SETTINGS = 4,
};

static const char *const names[PROBE_VERSIONS] = {
    [PROBE_SEQUENTIAL] = "sequential",   [PROBE_LINKED] = "nested, linked",
    [PROBE_INLINED] = "nested, inlined", [PROBE_TWO_LEVEL] = "two-level by hand",
    [PROBE_AMAC] = "AMAC by hand",
};

uint64_t probe_keys = 1 << 24, probe_group = 16;
static uint64_t rounds = 7, lookups = 1 << 20;

static const struct probe *probed;
static struct {
    unsigned char *keys;
    uint64_t answer[PARTS];
} work[MOST_SETTINGS];
static size_t part_size; /* lookups */

void probe_parse(int argc, char **argv, const char *about)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--keys", &probe_keys, 1000, 1 << 30, "keys in each index"},
        {"--lookups", &lookups, 16 * PARTS, 1 << 28, "lookups in a round"},
        {"--group", &probe_group, 1, 4096, "lookups in flight at a time"},
    };
    bench_parse(argc, argv, about, options, sizeof options / sizeof *options);
}

static void draw(unsigned s)
{
    const struct probe_setting *setting = &probed->settings[s];
    struct zipf zipf = zipf_make((double)probe_keys, 0.99);
    uint64_t state = 7 + s;
    work[s].keys = bench_alloc(PARTS * part_size, setting->key_bytes, "the lookups");
    for (size_t i = 0; i < PARTS * part_size; i++) {
        uint64_t item = setting->is_zipf ? zipf_scramble(zipf_rank(&zipf, &state), probe_keys)
                                         : bench_below(&state, probe_keys);
        bool is_miss = bench_below(&state, 100) < MISSES_PERCENT;
        uint64_t number = probe_number(is_miss ? item + probe_keys : item);
        if (!is_miss)
            work[s].answer[i / part_size] += probe_value(number) * (2 * (i % part_size) + 1);
        probed->write_key(work[s].keys + i * setting->key_bytes, setting->key_bytes, number);
    }
}

void probe_draw(const struct probe *probe)
{
    probed = probe;
    part_size = lookups / PARTS;
    for (unsigned s = 0; s < probe->count; s++)
        draw(s);
}

void probe_print_work(unsigned indent, double start)
{
    printf("%-*s%llu lookups, %d%% of them miss, %llu in flight; %llu rounds; loaded in %.1f s\n",
           (int)indent, "work:", (unsigned long long)lookups, MISSES_PERCENT,
           (unsigned long long)probe_group, (unsigned long long)rounds, bench_now() - start);
    fflush(stdout);
}

static uint64_t look_up(unsigned cell, size_t first, size_t count, size_t group)
{
    unsigned s = cell / PROBE_VERSIONS;
    const struct probe_setting *setting = &probed->settings[s];
    return probed->look_up(cell % PROBE_VERSIONS, setting,
                           work[s].keys + first * setting->key_bytes, count, group);
}

/* The versions go round the same lookups at the greatest distance from each other, so that none
 * finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    part = (part + PARTS / PROBE_VERSIONS * (cell->number % PROBE_VERSIONS)) % PARTS;
    return look_up(cell->number, part * part_size, part_size, probe_group) ==
           work[cell->number / PROBE_VERSIONS].answer[part];
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    look_up(cell->number, 0, size * SAMPLE, SAMPLE / 4);
}

bool probe_measure(const struct probe *probe)
{
    static struct bench_cell cells[MOST_SETTINGS * PROBE_VERSIONS];
    unsigned count = probe->count * PROBE_VERSIONS;
    for (unsigned k = 0; k < count; k++)
        cells[k] = (struct bench_cell){
            .version = names[k % PROBE_VERSIONS],
            .setting = probe->settings[k / PROBE_VERSIONS].name,
            .run = run,
            .sample = sample,
            .number = k,
            .parts = PARTS,
            .units = (double)(PARTS * part_size),
            .sample_units = SAMPLE,
        };
    if (!bench_measure(cells, probe->count, PROBE_VERSIONS, (unsigned)rounds))
        return false;
    const char *how = bench_count_instructions(cells, count);
    for (unsigned s = 0; s < probe->count; s++) {
        char title[64];
        snprintf(title, sizeof title, "%s, CPU ns/lookup", probe->settings[s].name);
        bench_print_versions(title, &cells[s * PROBE_VERSIONS], PROBE_VERSIONS, PROBE_TWO_LEVEL,
                             "/two-lev.", (unsigned)rounds);
    }
    bench_print_versions_key("/two-lev.", "two-level by hand", "lookup", how);
    return true;
}
