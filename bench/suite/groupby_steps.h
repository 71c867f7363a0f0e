/* groupby_steps.h: the aggregation as a state machine; see by_hand.c. */
#include "groupby.h"

struct slot {
    uint64_t key, value;
    struct group **link; /* whose line is under way: a bucket's head, or NULL: the group's */
    struct group *group;
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    slot->key = job->keys[i];
    slot->value = group_value(i);
    slot->link = group_head(job->structure, slot->key);
    __builtin_prefetch(slot->link);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    struct group **link = slot->link;
    *result = 0;
    if (!link) {
        if (slot->group->key == slot->key) {
            group_update(slot->group, slot->value);
            return true;
        }
        link = &slot->group->next;
    }
    if (!*link) {
        group_update(group_add(job->structure, link, slot->key), slot->value);
        return true;
    }
    __builtin_prefetch(*link);
    slot->group = *link;
    slot->link = NULL;
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct group_table *)job->structure)->stages;
}
