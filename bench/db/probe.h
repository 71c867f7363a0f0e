/* probe.h: lookups in an index, as in YCSB-C, in each of the ways in which it is built: draws the
 * keys, knows the answers without the index, and measures. The program has one thread. */
#ifndef BENCH_DB_PROBE_H
#define BENCH_DB_PROBE_H

#include "../harness.h"

enum probe_version {
    PROBE_SEQUENTIAL,
    PROBE_LINKED,
    PROBE_INLINED,
    PROBE_TWO_LEVEL,
    PROBE_AMAC,
    PROBE_VERSIONS
};

struct probe_setting {
    const char *name;
    bool is_zipf;
    size_t key_bytes;
};

struct probe {
    const struct probe_setting *settings;
    unsigned count; /* of settings */
    /* The key that a number has: `bytes` of them. */
    void (*write_key)(unsigned char *key, size_t bytes, uint64_t number);
    /* Looks keys up, which lie one behind the other, `group` at a time. Returns the sum of value i
     * times 2i + 1, for those that are there. */
    uint64_t (*look_up)(enum probe_version version, const struct probe_setting *setting,
                        const unsigned char *keys, size_t count, size_t group);
};

/* What the command line says. */
extern uint64_t probe_keys;  /* in the index */
extern uint64_t probe_group; /* in flight at a time */
void probe_parse(int argc, char **argv, const char *about);

/* What the index holds: for each item below probe_keys its number, and that one's value. All are
 * different, as bench_random() maps no two states to one number. */
static inline uint64_t probe_number(uint64_t item)
{
    return bench_random(&item);
}

static inline uint64_t probe_value(uint64_t number)
{
    return bench_random(&number);
}

/* Draws the keys to look up. */
void probe_draw(const struct probe *probe);

/* Says what is done; `start` is when the program has begun, and `indent` how far its other lines
 * are indented. */
void probe_print_work(unsigned indent, double start);

/* Measures all versions, and prints what has come of it. False: an answer was wrong. */
bool probe_measure(const struct probe *probe);

#endif
