/* bwtree.c: lookups in a Bw-tree, in layers, as in YCSB-C: sequential, nested and linked, nested
 * and inlined, flattened by hand, as a state machine by hand. */
#include "bwtree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "probe.h"

static const struct bwtree_version *const versions[PROBE_VERSIONS] = {
    [PROBE_SEQUENTIAL] = &bwtree_sequential,
    [PROBE_LINKED] = &bwtree_linked,
    [PROBE_INLINED] = &bwtree_inlined,
    [PROBE_TWO_LEVEL] = &bwtree_two_level,
    [PROBE_AMAC] = &bwtree_amac,
};

enum {
    LOAD_BATCH = 1024, /* puts */
    KEY_BYTES = 8,
    FEWEST_KEYS = 16, /* for each place in the mapping table: half of what is in a leaf that has
                         just been split */
};

static const struct probe_setting settings[] = {
    {"uniform", false, KEY_BYTES},
    {"Zipf 0.99", true, KEY_BYTES},
};

static struct epoch epoch;
static struct epoch_worker worker;
static struct bwtree tree;

static void stop(const char *what)
{
    fprintf(stderr, "bwtree: %s\n", what);
    exit(1);
}

static void write_key(unsigned char *key, size_t bytes, uint64_t number)
{
    number = __builtin_bswap64(number);
    memcpy(key, &number, bytes);
}

static void load(void)
{
    static struct bwtree_operation puts[LOAD_BATCH];
    for (uint64_t item = 0; item < probe_keys; item += LOAD_BATCH) {
        size_t count = probe_keys - item < LOAD_BATCH ? probe_keys - item : LOAD_BATCH;
        for (size_t k = 0; k < count; k++) {
            uint64_t key = probe_number(item + k);
            puts[k] = (struct bwtree_operation){
                .kind = BWTREE_PUT, .key = key, .value = probe_value(key)};
        }
        bwtree_inlined.run(&(struct bwtree_job){.tree = &tree,
                                                .worker = &worker,
                                                .operations = puts,
                                                .count = count,
                                                .group = probe_group});
        for (size_t k = 0; k < count; k++)
            if (puts[k].result.status != BWTREE_INSERTED)
                stop("a key can't be loaded");
    }
}

static uint64_t look_up(enum probe_version version, const struct probe_setting *setting,
                        const unsigned char *keys, size_t count, size_t group)
{
    (void)setting;
    return versions[version]->look_up(&(struct bwtree_lookups){
        .tree = &tree, .worker = &worker, .keys = keys, .count = count, .group = group});
}

int main(int argc, char **argv)
{
    static const struct probe probe = {settings, sizeof settings / sizeof *settings, write_key,
                                       look_up};
    probe_parse(argc, argv,
                "bwtree: lookups in a Bw-tree, in layers of coroutines, as in YCSB-C.\nExit "
                "status 1: a wrong answer.");

    bench_print_machine();
    double start = bench_now();
    uint32_t room = (uint32_t)(probe_keys / FEWEST_KEYS);
    if (epoch_init(&epoch, &pool_memory) != 0 || !bwtree_init(&tree, room, &pool_memory))
        stop("no memory for the tree");
    epoch_join(&epoch, &worker);
    load();
    epoch_collect(&worker);
    probe_draw(&probe);
    printf("bwtree: %llu keys of %d bytes in %u nodes, %zu MiB; %.0f MiB of the process in huge "
           "pages\n",
           (unsigned long long)probe_keys, KEY_BYTES, (unsigned)tree.used, pool_used() >> 20,
           bench_huge_mib());
    probe_print_work(8, start);

    if (!probe_measure(&probe))
        return 1;
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
