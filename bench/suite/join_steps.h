/* join_steps.h: the probe as a state machine; see by_hand.c. */
#include "join.h"

struct slot {
    uint64_t key;
    struct join_node **head; /* whose line is under way; NULL: the node's is */
    const struct join_node *node;
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    slot->key = job->keys[i];
    slot->head = join_head(job->structure, slot->key);
    __builtin_prefetch(slot->head);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    (void)job;
    const struct join_node *next;
    if (slot->head) {
        next = *slot->head;
        slot->head = NULL;
    } else if (slot->node->key == slot->key) {
        *result = slot->node->payload;
        return true;
    } else {
        next = slot->node->next;
    }
    if (!next) {
        *result = SUITE_MISS;
        return true;
    }
    __builtin_prefetch(next);
    slot->node = next;
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct join_table *)job->structure)->stages;
}
