/* art_steps.h: the lookup as a state machine; see by_hand.c. */
#include "art.h"

struct slot {
    uint64_t key;
    enum { HEAD, PLACE, CHILD, LEAF } at; /* whose line is under way: of a node, of its parts */
    union {
        const struct art_node *node; /* HEAD, PLACE */
        const art_ref *child;
        const struct art_leaf *leaf;
    };
};

/* True: there is nothing. */
static inline bool follow(struct slot *slot, art_ref at)
{
    if (!at)
        return true;
    if (art_is_node(at)) {
        slot->at = HEAD;
        slot->node = art_node_at(at);
        __builtin_prefetch(slot->node);
    } else {
        slot->at = LEAF;
        slot->leaf = art_leaf_at(at);
        __builtin_prefetch(slot->leaf);
    }
    return false;
}

/* Goes on at a node whose place of the child, if it has such, is in the cache. */
static inline bool choose(struct slot *slot)
{
    const struct art_node *node = slot->node;
    const art_ref *child = art_slot(node, art_byte(node, slot->key));
    if (!child)
        return true;
    if (node->type == ART_4)
        return follow(slot, *child);
    slot->at = CHILD;
    slot->child = child;
    __builtin_prefetch(child);
    return false;
}

static inline bool enter(struct slot *slot)
{
    const struct art_node *node = slot->node;
    if (art_differs(node, slot->key))
        return true;
    if (node->type != ART_48)
        return choose(slot);
    slot->at = PLACE;
    __builtin_prefetch(art_place(node, art_byte(node, slot->key)));
    return false;
}

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    slot->key = job->keys[i];
    follow(slot, ((const struct art *)job->structure)->root);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    (void)job;
    *result = SUITE_MISS;
    switch (slot->at) {
    case HEAD:
        return enter(slot);
    case PLACE:
        return choose(slot);
    case CHILD:
        return follow(slot, *slot->child);
    default:
        *result = art_result(slot->leaf, slot->key);
        return true;
    }
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct art *)job->structure)->stages;
}
