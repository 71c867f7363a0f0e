/* bwtree_amac.c: the lookup of bwtree_layers.h as a state machine by hand, many at a time:
 * asynchronous memory access chaining (Kocberber, Falsafi and Grot, PVLDB 9(4), 2015). It does the
 * same in the same order, and prefetches the same. There are neither put nor remove nor scan. */
#include "../amac.h"
#include "bwtree_node.h"

/* A lookup in flight. */
struct slot {
    uint64_t key;
    enum { PLACE, HEAD, INNER, LEAF, CHILD, VALUE } wait; /* whose lines are under way */
    uint32_t number;                                      /* of the node */
    bw_visit above;
    union {
        bw_link link;          /* of HEAD, INNER, LEAF: to the next part of the chain */
        const uint64_t *value; /* of CHILD, VALUE */
    };
    bwtree_result result;
};

/* The steps return whether the lookup has ended. */

static inline bool end(struct slot *slot, bool is_there, uint64_t value)
{
    slot->result = (bwtree_result){is_there ? BWTREE_FOUND : BWTREE_MISSING, value};
    return true;
}

static inline bool enter(struct slot *slot, struct bwtree *tree, uint32_t number)
{
    __builtin_prefetch(&tree->table[number]);
    slot->number = number;
    slot->wait = PLACE;
    return false;
}

static inline bool touch(struct slot *slot, bw_link link, unsigned wait)
{
    const char *line = (const char *)bw_node_of(link);
    __builtin_prefetch(line);
    if (!bw_is_delta(link))
        for (unsigned byte = 64; byte < BW_HOT_BYTES; byte += 64)
            __builtin_prefetch(line + byte);
    slot->link = link;
    slot->wait = wait;
    return false;
}

static inline bool read_value(struct slot *slot, const uint64_t *value, unsigned wait)
{
    __builtin_prefetch(value);
    slot->value = value;
    slot->wait = wait;
    return false;
}

static inline bool look_into_inner(struct slot *slot, struct bwtree *tree)
{
    if (bw_is_delta(slot->link)) {
        const struct bw_delta *delta = bw_delta_of(slot->link);
        if (bw_leads(delta, slot->key))
            return enter(slot, tree, (uint32_t)delta->value);
        return touch(slot, delta->head.next, INNER);
    }
    const struct bw_base *base = bw_base_of(slot->link);
    return read_value(slot, bw_value(base, bw_rank(base, slot->key)), CHILD);
}

static inline bool look_into_leaf(struct slot *slot)
{
    if (bw_is_delta(slot->link)) {
        const struct bw_delta *delta = bw_delta_of(slot->link);
        if (bw_tells(delta, slot->key))
            return end(slot, delta->head.kind == BW_PUT, delta->value);
        return touch(slot, delta->head.next, LEAF);
    }
    const struct bw_base *base = bw_base_of(slot->link);
    unsigned rank = bw_rank(base, slot->key);
    if (rank == base->head.count || base->key[rank] != slot->key)
        return end(slot, false, 0);
    return read_value(slot, bw_value(base, rank), VALUE);
}

static inline bool look_at_head(struct slot *slot, struct bwtree *tree, struct epoch_worker *worker)
{
    bw_visit at = {slot->number, slot->link};
    if (slot->key > bw_head(at)->last) {
        slot->above = bw_help(tree, worker, slot->above, at);
        return enter(slot, tree, bw_head(at)->right);
    }
    if (bw_head(at)->level == 0)
        return look_into_leaf(slot);
    slot->above = at;
    return look_into_inner(slot, tree);
}

static inline bool step(struct slot *slot, struct bwtree *tree, struct epoch_worker *worker)
{
    switch (slot->wait) {
    case PLACE:
        return touch(slot, bw_load(tree, slot->number), HEAD);
    case HEAD:
        return look_at_head(slot, tree, worker);
    case INNER:
        return look_into_inner(slot, tree);
    case LEAF:
        return look_into_leaf(slot);
    case CHILD:
        return enter(slot, tree, (uint32_t)*slot->value);
    default:
        return end(slot, true, *slot->value);
    }
}

static inline void start(struct slot *slot, const struct bwtree_lookups *lookups, size_t i)
{
    slot->key = bwtree_lookup_key(lookups, i);
    enter(slot, lookups->tree, BW_ROOT);
}

static uint64_t look_up(const struct bwtree_lookups *lookups)
{
    uint64_t sum = 0;
    epoch_pin(lookups->worker);
    amac_interleave(lookups->group, lookups->count, struct slot, slot, i, start(slot, lookups, i),
                    step(slot, lookups->tree, lookups->worker), {
                        if (slot->result.status == BWTREE_FOUND)
                            sum += slot->result.value * (2 * i + 1);
                    });
    epoch_unpin(lookups->worker);
    return sum;
}

const struct bwtree_version bwtree_amac = {"AMAC", NULL, look_up};
