/* masstree_two_level.c: the lookup of masstree_layers.h flattened by hand: what CoroBase does with
 * its index (He, Lu and Wang, PVLDB 14(3), 2021), so that no coroutine awaits another one. It does
 * the same in the same order. There are neither put nor remove nor scan. */
#include <coroinline/coro.h>

#include "masstree_two_level.h"

coro_declare(masstree_result);

static coro_task(masstree_result) look_up_one(struct masstree *tree, struct masstree_key key)
{
    coro_begin(masstree_result);
#include "masstree_find.inc"
    if (!is_there)
        coro_return((masstree_result){MASSTREE_MISSING, 0});
    coro_return((masstree_result){MASSTREE_FOUND, mt_value_of(key, depth, link)});
}

static uint64_t look_up(const struct masstree_lookups *lookups)
{
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    coro_interleave(lookups->group, lookups->count, i,
                    look_up_one(lookups->tree, masstree_lookup_key(lookups, i)), found, {
                        if (found.status == MASSTREE_FOUND)
                            sum += found.value * (2 * i + 1);
                    });
    epoch_unpin(lookups->worker);
    return sum;
}

const struct masstree_version masstree_two_level = {"two-level by hand", NULL, look_up};
