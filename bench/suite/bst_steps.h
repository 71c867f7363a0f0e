/* bst_steps.h: the lookup as a state machine; see by_hand.c. */
#include "bst.h"

struct slot {
    uint64_t key;
    const struct bst_node *node; /* whose line is under way */
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    slot->key = job->keys[i];
    slot->node = ((const struct bst *)job->structure)->root;
    __builtin_prefetch(slot->node);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    (void)job;
    const struct bst_node *node = slot->node;
    int order = bst_compare(node, slot->key);
    if (order == 0) {
        *result = node->value;
        return true;
    }
    slot->node = order < 0 ? node->left : node->right;
    if (!slot->node) {
        *result = SUITE_MISS;
        return true;
    }
    __builtin_prefetch(slot->node);
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct bst *)job->structure)->stages;
}
