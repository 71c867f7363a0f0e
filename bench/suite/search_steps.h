/* search_steps.h: a lookup in the dictionary as a state machine; see by_hand.c. */
#include "search.h"

struct slot {
    uint64_t key;
    size_t low, size; /* as in search_layers.c */
    bool found;       /* the value's line is under way, else that of the next key */
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    const struct dictionary *dictionary = job->structure;
    *slot = (struct slot){.key = job->keys[i], .size = dictionary->count};
    __builtin_prefetch(&dictionary->keys[slot->size / 2]);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    const struct dictionary *dictionary = job->structure;
    if (slot->found) {
        *result = dictionary->values[slot->low];
        return true;
    }
    size_t half = slot->size / 2;
    slot->low += search_advance(dictionary->keys[slot->low + half] <= slot->key, half);
    slot->size -= half;
    if (slot->size > 1) {
        __builtin_prefetch(&dictionary->keys[slot->low + slot->size / 2]);
        return false;
    }
    if (dictionary->keys[slot->low] != slot->key) {
        *result = SUITE_MISS;
        return true;
    }
    __builtin_prefetch(&dictionary->values[slot->low]);
    slot->found = true;
    return false;
}

/* All searches halve the same count, and most go on to a value. */
static inline size_t stages(const struct suite_job *job)
{
    const struct dictionary *dictionary = job->structure;
    size_t count = 1;
    for (size_t size = dictionary->count; size > 1; size -= size / 2)
        count++;
    return count;
}
