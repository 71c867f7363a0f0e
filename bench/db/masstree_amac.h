/* masstree_amac.h: the lookup of masstree_layers.h as a state machine by hand: asynchronous memory
 * access chaining (Kocberber, Falsafi and Grot, PVLDB 9(4), 2015). It does the same in the same
 * order, and prefetches the same. There are neither put nor remove nor scan. */
#ifndef BENCH_DB_MASSTREE_AMAC_H
#define BENCH_DB_MASSTREE_AMAC_H

#include "masstree_node.h"

/* A lookup in flight. */
struct mt_amac {
    struct masstree_key key; /* in place until it has ended */
    enum {
        MT_AMAC_ROOT,
        MT_AMAC_BELOW,
        MT_AMAC_AT_AGAIN,
        MT_AMAC_FORWARD,
        MT_AMAC_TAIL
    } wait;                      /* whose lines are under way */
    unsigned depth;              /* of the layer */
    struct mt_position position; /* in it */
    mt_visit above, at;          /* in the layer above; in this one */
    struct mt_node *below;       /* of MT_AMAC_BELOW */
    mt_link *place, link;        /* of the layer, or of the entry */
    masstree_result result;
};

static inline struct masstree_key mt_amac_rest(const struct mt_amac *at)
{
    return mt_rest(at->key, at->depth);
}

/* The steps return whether the lookup has ended. */

static inline bool mt_amac_end(struct mt_amac *at, enum masstree_status status, uint64_t value)
{
    at->result = (masstree_result){status, value};
    return true;
}

static inline bool mt_amac_wait_for(struct mt_amac *at, struct mt_node *node, unsigned wait)
{
    for (unsigned byte = 0; byte < MT_HOT_BYTES; byte += 64)
        __builtin_prefetch((const char *)node + byte);
    at->wait = wait;
    return false;
}

/* A link leads to a layer. */
static inline bool mt_amac_enter_layer(struct mt_amac *at)
{
    at->position = mt_position_of(mt_amac_rest(at));
    at->at.node = mt_layer_of(at->link);
    return mt_amac_wait_for(at, at->at.node, MT_AMAC_ROOT);
}

static inline bool mt_amac_begin(struct mt_amac *at, struct masstree *tree)
{
    at->depth = 0;
    at->above.node = NULL;
    at->place = &tree->root;
    at->link = mt_load(at->place);
    return mt_amac_enter_layer(at);
}

static inline bool mt_amac_look_into_border(struct mt_amac *at, struct masstree *tree)
{
    struct mt_border *border = mt_border_of(at->at.node);
    if (at->at.version & MT_DELETED)
        return mt_amac_begin(at, tree);
    struct mt_rank found = mt_search(border, at->position);
    at->place = &border->link[found.slot];
    at->link = mt_load(at->place);
    if (mt_has_changed(at->at.node, at->at.version))
        return mt_amac_wait_for(at, at->at.node, MT_AMAC_FORWARD);
    if (!mt_is_at(&found, at->position))
        return mt_amac_end(at, MASSTREE_MISSING, 0);
    if (at->position.kind != MT_LONGER)
        return mt_amac_end(at, MASSTREE_FOUND, at->link);
    if (!mt_is_layer(at->link)) {
        __builtin_prefetch(&mt_tail_of(at->link)->value);
        at->wait = MT_AMAC_TAIL;
        return false;
    }
    at->above = at->at;
    at->depth++;
    return mt_amac_enter_layer(at);
}

static inline bool mt_amac_go_on(struct mt_amac *at, struct masstree *tree)
{
    if (at->at.version & MT_BORDER)
        return mt_amac_look_into_border(at, tree);
    at->below = mt_child_of(mt_interior_of(at->at.node), at->position.slice);
    return mt_amac_wait_for(at, at->below, MT_AMAC_BELOW);
}

static inline bool mt_amac_go_on_at_root(struct mt_amac *at, struct masstree *tree)
{
    if (!(at->at.version & MT_ROOT)) {
        at->at.node = &mt_load(&at->at.node->parent)->head;
        return mt_amac_wait_for(at, at->at.node, MT_AMAC_ROOT);
    }
    if (at->at.node != mt_layer_of(at->link))
        mt_lead_to_root(at->above, at->place, at->link, at->at.node);
    return mt_amac_go_on(at, tree);
}

static inline bool mt_amac_go_forward(struct mt_amac *at, struct masstree *tree)
{
    struct mt_border *next = mt_next(mt_border_of(at->at.node));
    if ((at->at.version & MT_DELETED) || !next || at->position.slice < next->low)
        return mt_amac_look_into_border(at, tree);
    at->at.node = &next->head;
    return mt_amac_wait_for(at, at->at.node, MT_AMAC_FORWARD);
}

static inline bool mt_amac_compare_tail(struct mt_amac *at)
{
    struct mt_tail *tail = mt_tail_of(at->link);
    if (!mt_has_tail(mt_amac_rest(at), tail))
        return mt_amac_end(at, MASSTREE_MISSING, 0);
    return mt_amac_end(at, MASSTREE_FOUND, mt_load(&tail->value));
}

static inline bool mt_amac_step(struct mt_amac *at, struct masstree *tree)
{
    if (at->wait == MT_AMAC_TAIL)
        return mt_amac_compare_tail(at);
    const struct mt_node *node = at->wait == MT_AMAC_BELOW ? at->below : at->at.node;
    mt_version version = mt_load(&node->version), before = at->at.version;
    if (version & MT_DIRTY) {
        mt_back_off();
        return false;
    }
    if (at->wait == MT_AMAC_BELOW) {
        if (mt_has_changed(at->at.node, before))
            return mt_amac_wait_for(at, at->at.node, MT_AMAC_AT_AGAIN);
        at->at = (mt_visit){at->below, version};
        return mt_amac_go_on(at, tree);
    }
    at->at.version = version;
    if (at->wait == MT_AMAC_ROOT)
        return mt_amac_go_on_at_root(at, tree);
    if (at->wait == MT_AMAC_FORWARD)
        return mt_amac_go_forward(at, tree);
    if ((version ^ before) & (MT_SPLITS | MT_DELETED))
        return mt_amac_begin(at, tree);
    return mt_amac_go_on(at, tree);
}

#endif
