/* bwtree_two_level.c: the lookup of bwtree_layers.h flattened by hand: what CoroBase does with its
 * index (He, Lu and Wang, PVLDB 14(3), 2021), so that no coroutine awaits another one. It does the
 * same in the same order. There are neither put nor remove nor scan. */
#include <coroinline/coro.h>

#include "bwtree_node.h"

coro_declare(bwtree_result);

/* Brings what a link leads to into the cache, as bw_fetch() does. */
#define TOUCH(link)                                                                                \
    do {                                                                                           \
        if (bw_is_delta(link))                                                                     \
            coro_prefetch(bw_node_of(link));                                                       \
        else                                                                                       \
            coro_prefetch_range(__builtin_assume_aligned(bw_base_of(link), 64), BW_HOT_BYTES);     \
    } while (0)

static coro_task(bwtree_result)
    look_up_one(struct bwtree *tree, struct epoch_worker *worker, uint64_t key)
{
    coro_begin(bwtree_result);
    bw_visit above = {BW_ROOT, 0}, at;
    uint32_t number = BW_ROOT;
    const struct bw_base *base;
    const uint64_t *value;
    bw_link link;
again:
    coro_prefetch(&tree->table[number]);
    at = (bw_visit){number, bw_load(tree, number)};
    TOUCH(at.newest);
    if (key > bw_head(at)->last) {
        above = bw_help(tree, worker, above, at);
        number = bw_head(at)->right;
        goto again;
    }
    link = at.newest;
    if (bw_head(at)->level > 0) {
        above = at;
        while (bw_is_delta(link)) {
            const struct bw_delta *delta = bw_delta_of(link);
            if (bw_leads(delta, key)) {
                number = (uint32_t)delta->value;
                goto again;
            }
            link = delta->head.next;
            TOUCH(link);
        }
        base = bw_base_of(link);
        value = bw_value(base, bw_rank(base, key));
        coro_prefetch(value);
        number = (uint32_t)*value;
        goto again;
    }
    while (bw_is_delta(link)) {
        const struct bw_delta *delta = bw_delta_of(link);
        if (bw_tells(delta, key))
            coro_return(bw_told(delta));
        link = delta->head.next;
        TOUCH(link);
    }
    base = bw_base_of(link);
    unsigned rank = bw_rank(base, key);
    if (rank == base->head.count || base->key[rank] != key)
        coro_return((bwtree_result){BWTREE_MISSING, 0});
    value = bw_value(base, rank);
    coro_prefetch(value);
    coro_return((bwtree_result){BWTREE_FOUND, *value});
}

static uint64_t look_up(const struct bwtree_lookups *lookups)
{
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    coro_interleave(lookups->group, lookups->count, i,
                    look_up_one(lookups->tree, lookups->worker, bwtree_lookup_key(lookups, i)),
                    found, {
                        if (found.status == BWTREE_FOUND)
                            sum += found.value * (2 * i + 1);
                    });
    epoch_unpin(lookups->worker);
    return sum;
}

const struct bwtree_version bwtree_two_level = {"two-level by hand", NULL, look_up};
