/* masstree_amac.c: lookups in a Masstree by the state machine of masstree_amac.h, many at a time.
 */
#include "masstree_amac.h"
#include "../amac.h"

static inline void start(struct mt_amac *slot, const struct masstree_lookups *lookups, size_t i)
{
    slot->key = masstree_lookup_key(lookups, i);
    mt_amac_begin(slot, lookups->tree);
}

static uint64_t look_up(const struct masstree_lookups *lookups)
{
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    amac_interleave(lookups->group, lookups->count, struct mt_amac, slot, i,
                    start(slot, lookups, i), mt_amac_step(slot, lookups->tree), {
                        if (slot->result.status == MASSTREE_FOUND)
                            sum += slot->result.value * (2 * i + 1);
                    });
    epoch_unpin(lookups->worker);
    return sum;
}

const struct masstree_version masstree_amac = {"AMAC", NULL, look_up};
