/* btree_steps.h: the lookup as a state machine; see by_hand.c. */
#include "btree.h"

struct slot {
    uint64_t key;
    const struct index_node *node; /* whose lines are under way */
    unsigned level;                /* 0: it is a leaf */
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    const struct index_tree *tree = job->structure;
    *slot = (struct slot){.key = job->keys[i], .node = tree->root, .level = tree->height};
    btree_prefetch(slot->node);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    (void)job;
    if (slot->level == 0) {
        *result = btree_result(slot->node, slot->key);
        return true;
    }
    slot->node = slot->node->child[index_rank(slot->node, slot->key)];
    slot->level--;
    btree_prefetch(slot->node);
    return false;
}

/* All paths have the same length. */
static inline size_t stages(const struct suite_job *job)
{
    return ((const struct index_tree *)job->structure)->height + 1;
}
