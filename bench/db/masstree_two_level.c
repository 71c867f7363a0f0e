/* masstree_two_level.c: the lookup of masstree_layers.h flattened by hand: what CoroBase does with
 * its index (He, Lu and Wang, PVLDB 14(3), 2021), so that no coroutine awaits another one. It does
 * the same in the same order. There are neither put nor remove nor scan. */
#include <coroinline/coro.h>

#include "masstree_node.h"

coro_declare(masstree_result);

/* The version of a node that nobody is changing, as mt_stable_version() gives it. */
#define STABLE_VERSION(node, to)                                                                   \
    do {                                                                                           \
        coro_prefetch_range(__builtin_assume_aligned((node), 64), MT_HOT_BYTES);                   \
        while (((to) = mt_load(&(node)->version)) & MT_DIRTY) {                                    \
            mt_back_off();                                                                         \
            coro_suspend();                                                                        \
        }                                                                                          \
    } while (0)

static coro_task(masstree_result) look_up_one(struct masstree *tree, struct masstree_key key)
{
    coro_begin(masstree_result);
    mt_link *place, link;
    mt_visit above;
    unsigned depth;
again:
    depth = 0;
    above.node = NULL;
    place = &tree->root;
    link = mt_load(place);
    for (;;) {
        struct mt_position position = mt_position_of(mt_rest(key, depth));
        struct mt_node *node = mt_layer_of(link);
        mt_version version;
        for (;;) {
            STABLE_VERSION(node, version);
            if (version & MT_ROOT)
                break;
            node = &mt_load(&node->parent)->head;
        }
        if (node != mt_layer_of(link))
            mt_lead_to_root(above, place, link, node);
        while (!(version & MT_BORDER)) {
            struct mt_node *below = mt_child_of(mt_interior_of(node), position.slice);
            mt_version of_below, before = version;
            STABLE_VERSION(below, of_below);
            if (!mt_has_changed(node, version)) {
                node = below;
                version = of_below;
                continue;
            }
            STABLE_VERSION(node, version);
            if ((version ^ before) & (MT_SPLITS | MT_DELETED))
                goto again;
        }
        struct mt_rank found;
        for (;;) {
            if (version & MT_DELETED)
                goto again;
            found = mt_search(mt_border_of(node), position);
            place = &mt_border_of(node)->link[found.slot];
            link = mt_load(place);
            if (!mt_has_changed(node, version))
                break;
            STABLE_VERSION(node, version);
            struct mt_border *next;
            while (!(version & MT_DELETED) && (next = mt_next(mt_border_of(node))) &&
                   position.slice >= next->low) {
                node = &next->head;
                STABLE_VERSION(node, version);
            }
        }
        if (!mt_is_at(&found, position))
            coro_return((masstree_result){MASSTREE_MISSING, 0});
        if (position.kind != MT_LONGER)
            coro_return((masstree_result){MASSTREE_FOUND, link});
        if (!mt_is_layer(link)) {
            struct mt_tail *tail = mt_tail_of(link);
            coro_prefetch(&tail->value);
            if (!mt_has_tail(mt_rest(key, depth), tail))
                coro_return((masstree_result){MASSTREE_MISSING, 0});
            coro_return((masstree_result){MASSTREE_FOUND, mt_load(&tail->value)});
        }
        above = (mt_visit){node, version};
        depth++;
    }
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
