/* masstree_amac.c: lookups in a Masstree by the state machine of masstree_amac.h, many at a time.
 */
#include "masstree_amac.h"

/* One in flight. */
struct slot {
    struct mt_amac lookup;
    size_t operation;
};

static inline void start(struct slot *slot, const struct masstree_lookups *lookups, size_t i)
{
    slot->operation = i;
    slot->lookup.key = masstree_lookup_key(lookups, i);
    mt_amac_begin(&slot->lookup, lookups->tree);
}

static uint64_t look_up(const struct masstree_lookups *lookups)
{
    size_t group = lookups->group < lookups->count ? lookups->group : lookups->count, next = 0;
    struct slot ring[group + 1], *behind = ring + group; /* + 1: no array of none */
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    for (; next < group; next++)
        start(&ring[next], lookups, next);
    while (behind != ring) {
        for (struct slot *slot = ring; slot != behind;) {
            if (__builtin_expect(!mt_amac_step(&slot->lookup, lookups->tree), 1)) {
                slot++;
                continue;
            }
            if (slot->lookup.result.status == MASSTREE_FOUND)
                sum += slot->lookup.result.value * (2 * slot->operation + 1);
            if (next < lookups->count)
                start(slot++, lookups, next++);
            else
                *slot = *--behind; /* whose turn it is now */
        }
    }
    epoch_unpin(lookups->worker);
    return sum;
}

const struct masstree_version masstree_amac = {"AMAC", NULL, look_up};
