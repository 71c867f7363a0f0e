/* range_steps.h: the lookup as a state machine; see by_hand.c. A step takes up what it wants of a
 * leaf. */
#include "range.h"

struct slot {
    uint64_t first, sum;
    const struct index_node *node; /* whose lines are under way */
    unsigned level;                /* 0: it is a leaf */
    unsigned left;                 /* values */
    bool begun;                    /* there was a leaf before */
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    const struct index_tree *tree = job->structure;
    *slot = (struct slot){.first = range_first(job->keys[i]),
                          .node = tree->root,
                          .level = tree->height,
                          .left = range_count(job->keys[i])};
    btree_prefetch(slot->node);
}

/* The leaf to go on with; NULL: none. */
static inline const struct index_node *take_leaf(struct slot *slot)
{
    const struct index_node *leaf = slot->node;
    unsigned place = slot->begun ? 0 : range_place(leaf, slot->first);
    slot->begun = true;
    for (; place < leaf->count && slot->left > 0; place++, slot->left--)
        slot->sum = range_add(slot->sum, leaf->value[place]);
    return slot->left > 0 ? index_next(leaf) : NULL;
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    (void)job;
    if (slot->level > 0) {
        slot->node = slot->node->child[index_rank(slot->node, slot->first)];
        slot->level--;
    } else {
        slot->node = take_leaf(slot);
    }
    if (!slot->node) {
        *result = slot->sum;
        return true;
    }
    btree_prefetch(slot->node);
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct range *)job->structure)->stages;
}
