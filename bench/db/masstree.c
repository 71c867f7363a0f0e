/* masstree.c: lookups in a Masstree, in layers, as in YCSB-C: sequential, nested and linked, nested
 * and inlined, flattened by hand, as a state machine by hand. */
#include "masstree.h"

#include <stdio.h>
#include <string.h>

#include "pool.h"
#include "probe.h"

static const struct masstree_version *const versions[PROBE_VERSIONS] = {
    [PROBE_SEQUENTIAL] = &masstree_sequential,
    [PROBE_LINKED] = &masstree_linked,
    [PROBE_INLINED] = &masstree_inlined,
    [PROBE_TWO_LEVEL] = &masstree_two_level,
    [PROBE_AMAC] = &masstree_amac,
};

enum {
    LOAD_BATCH = 1024, /* puts */
    SHORT = 8,         /* bytes of a key: a number */
    LONG = 24,         /* those of YCSB, which share layers: "user" and a number, in digits */
};

static const struct probe_setting settings[] = {
    {"uniform", false, SHORT},
    {"Zipf 0.99", true, SHORT},
    {"Zipf 0.99, long keys", true, LONG},
};

static struct epoch epoch;
static struct epoch_worker worker;
static struct masstree trees[2]; /* of short keys, of long ones */

static void write_key(unsigned char *key, size_t length, uint64_t number)
{
    char text[LONG + 1];
    uint64_t bytes = __builtin_bswap64(number);
    snprintf(text, sizeof text, "user%020llu", (unsigned long long)number);
    memcpy(key, length == LONG ? (const void *)text : &bytes, length);
}

static void load(size_t length)
{
    static struct masstree_operation puts[LOAD_BATCH];
    static unsigned char bytes[LOAD_BATCH][LONG];
    for (uint64_t item = 0; item < probe_keys; item += LOAD_BATCH) {
        size_t count = probe_keys - item < LOAD_BATCH ? probe_keys - item : LOAD_BATCH;
        for (size_t k = 0; k < count; k++) {
            uint64_t number = probe_number(item + k);
            write_key(bytes[k], length, number);
            puts[k] = (struct masstree_operation){
                .kind = MASSTREE_PUT, .key = {bytes[k], length}, .value = probe_value(number)};
        }
        masstree_inlined.run(&(struct masstree_job){.tree = &trees[length == LONG],
                                                    .worker = &worker,
                                                    .operations = puts,
                                                    .count = count,
                                                    .group = probe_group});
    }
}

static uint64_t look_up(enum probe_version version, const struct probe_setting *setting,
                        const unsigned char *keys, size_t count, size_t group)
{
    return versions[version]->look_up(
        &(struct masstree_lookups){.tree = &trees[setting->key_bytes == LONG],
                                   .worker = &worker,
                                   .keys = keys,
                                   .length = setting->key_bytes,
                                   .count = count,
                                   .group = group});
}

int main(int argc, char **argv)
{
    static const struct probe probe = {settings, sizeof settings / sizeof *settings, write_key,
                                       look_up};
    probe_parse(argc, argv,
                "masstree: lookups in a Masstree, in layers of coroutines, as in YCSB-C.\nExit "
                "status 1: a wrong answer.");

    bench_print_machine();
    double start = bench_now();
    if (epoch_init(&epoch, &pool_memory) != 0 || !masstree_init(&trees[false], &pool_memory) ||
        !masstree_init(&trees[true], &pool_memory)) {
        fputs("masstree: no memory for the trees\n", stderr);
        return 1;
    }
    epoch_join(&epoch, &worker);
    load(SHORT);
    size_t used = pool_used();
    load(LONG);
    probe_draw(&probe);
    printf("masstree: %llu keys, of %d bytes in %zu MiB, of %d bytes in %zu MiB;\n"
           "          %.0f MiB of the process in huge pages\n",
           (unsigned long long)probe_keys, SHORT, used >> 20, LONG, (pool_used() - used) >> 20,
           bench_huge_mib());
    probe_print_work(10, start);

    if (!probe_measure(&probe))
        return 1;
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
