/* hops_steps.h: the lookup as a state machine; see by_hand.c. */
#include "hops.h"

struct slot {
    struct hops_cursor cursor; /* at a node whose line is under way */
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    slot->cursor = hops_begin(job->structure, job->keys[i]);
    __builtin_prefetch(slot->cursor.chase.node, 0, 3);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    uint32_t depth = ((const struct hops *)job->structure)->depth;
    do {
        slot->cursor.chase.calls += depth;
        if (!hops_take(&slot->cursor)) {
            *result = hops_result(&slot->cursor);
            return true;
        }
    } while (!hops_is_new(&slot->cursor));
    __builtin_prefetch(slot->cursor.chase.node, 0, 3);
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    (void)job;
    return HOPS;
}
