/* masstree_amac.c: the lookup of masstree_layers.h as a state machine by hand, many at a time:
 * asynchronous memory access chaining (Kocberber, Falsafi and Grot, PVLDB 9(4), 2015). It does the
 * same in the same order, and prefetches the same. There are neither put nor remove nor scan. */
#include "masstree_node.h"

/* A lookup in flight. */
struct slot {
    struct masstree_key key;
    size_t operation;
    enum { ROOT, BELOW, AT_AGAIN, FORWARD, TAIL } wait; /* whose lines are under way */
    unsigned depth;                                     /* of the layer */
    struct mt_position position;                        /* in it */
    mt_visit above, at;                                 /* in the layer above; in this one */
    struct mt_node *below;                              /* of BELOW */
    mt_link *place, link;                               /* of the layer, or of the entry */
    masstree_result result;
};

static inline struct masstree_key rest_of(const struct slot *slot)
{
    return mt_rest(slot->key, slot->depth);
}

/* The steps return whether the lookup has ended. */

static inline bool end(struct slot *slot, enum masstree_status status, uint64_t value)
{
    slot->result = (masstree_result){status, value};
    return true;
}

static inline bool wait_for(struct slot *slot, struct mt_node *node, unsigned wait)
{
    for (unsigned byte = 0; byte < MT_HOT_BYTES; byte += 64)
        __builtin_prefetch((const char *)node + byte);
    slot->wait = wait;
    return false;
}

/* A link leads to a layer. */
static inline bool enter_layer(struct slot *slot)
{
    slot->position = mt_position_of(rest_of(slot));
    slot->at.node = mt_layer_of(slot->link);
    return wait_for(slot, slot->at.node, ROOT);
}

static inline bool begin(struct slot *slot, struct masstree *tree)
{
    slot->depth = 0;
    slot->above.node = NULL;
    slot->place = &tree->root;
    slot->link = mt_load(slot->place);
    return enter_layer(slot);
}

static inline bool look_into_border(struct slot *slot, struct masstree *tree)
{
    struct mt_border *border = mt_border_of(slot->at.node);
    if (slot->at.version & MT_DELETED)
        return begin(slot, tree);
    struct mt_rank found = mt_search(border, slot->position);
    slot->place = &border->link[found.slot];
    slot->link = mt_load(slot->place);
    if (mt_has_changed(slot->at.node, slot->at.version))
        return wait_for(slot, slot->at.node, FORWARD);
    if (!mt_is_at(&found, slot->position))
        return end(slot, MASSTREE_MISSING, 0);
    if (slot->position.kind != MT_LONGER)
        return end(slot, MASSTREE_FOUND, slot->link);
    if (!mt_is_layer(slot->link)) {
        __builtin_prefetch(&mt_tail_of(slot->link)->value);
        slot->wait = TAIL;
        return false;
    }
    slot->above = slot->at;
    slot->depth++;
    return enter_layer(slot);
}

static inline bool go_on(struct slot *slot, struct masstree *tree)
{
    if (slot->at.version & MT_BORDER)
        return look_into_border(slot, tree);
    slot->below = mt_child_of(mt_interior_of(slot->at.node), slot->position.slice);
    return wait_for(slot, slot->below, BELOW);
}

static inline bool go_on_at_root(struct slot *slot, struct masstree *tree)
{
    if (!(slot->at.version & MT_ROOT)) {
        slot->at.node = &mt_load(&slot->at.node->parent)->head;
        return wait_for(slot, slot->at.node, ROOT);
    }
    if (slot->at.node != mt_layer_of(slot->link))
        mt_lead_to_root(slot->above, slot->place, slot->link, slot->at.node);
    return go_on(slot, tree);
}

static inline bool go_forward(struct slot *slot, struct masstree *tree)
{
    struct mt_border *next = mt_next(mt_border_of(slot->at.node));
    if ((slot->at.version & MT_DELETED) || !next || slot->position.slice < next->low)
        return look_into_border(slot, tree);
    slot->at.node = &next->head;
    return wait_for(slot, slot->at.node, FORWARD);
}

static inline bool compare_tail(struct slot *slot)
{
    struct mt_tail *tail = mt_tail_of(slot->link);
    if (!mt_has_tail(rest_of(slot), tail))
        return end(slot, MASSTREE_MISSING, 0);
    return end(slot, MASSTREE_FOUND, mt_load(&tail->value));
}

static inline bool step(struct slot *slot, struct masstree *tree)
{
    if (slot->wait == TAIL)
        return compare_tail(slot);
    const struct mt_node *node = slot->wait == BELOW ? slot->below : slot->at.node;
    mt_version version = mt_load(&node->version), before = slot->at.version;
    if (version & MT_DIRTY) {
        mt_back_off();
        return false;
    }
    if (slot->wait == BELOW) {
        if (mt_has_changed(slot->at.node, before))
            return wait_for(slot, slot->at.node, AT_AGAIN);
        slot->at = (mt_visit){slot->below, version};
        return go_on(slot, tree);
    }
    slot->at.version = version;
    if (slot->wait == ROOT)
        return go_on_at_root(slot, tree);
    if (slot->wait == FORWARD)
        return go_forward(slot, tree);
    if ((version ^ before) & (MT_SPLITS | MT_DELETED))
        return begin(slot, tree);
    return go_on(slot, tree);
}

static inline void start(struct slot *slot, const struct masstree_lookups *lookups, size_t i)
{
    slot->operation = i;
    slot->key = masstree_lookup_key(lookups, i);
    begin(slot, lookups->tree);
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
            if (__builtin_expect(!step(slot, lookups->tree), 1)) {
                slot++;
                continue;
            }
            if (slot->result.status == MASSTREE_FOUND)
                sum += slot->result.value * (2 * slot->operation + 1);
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
