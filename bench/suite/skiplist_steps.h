/* skiplist_steps.h: the lookup as a state machine; see by_hand.c. */
#include "skiplist.h"

struct slot {
    uint64_t key;
    const struct skiplist_node *node, *next, *beyond; /* as in skiplist_layers.c; next: under way */
    int level;
};

/* Finds the next node to compare, and asks for its line. False: there is none. */
static inline bool ask(struct slot *slot)
{
    for (; slot->level >= 0; slot->level--) {
        slot->next = slot->node->next[slot->level];
        if (slot->next != slot->beyond) {
            __builtin_prefetch(slot->next);
            return true;
        }
    }
    return false;
}

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    const struct skiplist *list = job->structure;
    *slot = (struct slot){.key = job->keys[i], .node = list->head, .level = list->top};
    ask(slot); /* there is one: the top level's first */
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    (void)job;
    const struct skiplist_node *next = slot->next;
    if (next->key == slot->key) {
        *result = next->value;
        return true;
    }
    if (next->key > slot->key) {
        slot->beyond = next;
        slot->level--;
    } else {
        slot->node = next;
    }
    if (ask(slot))
        return false;
    *result = SUITE_MISS;
    return true;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct skiplist *)job->structure)->stages;
}
