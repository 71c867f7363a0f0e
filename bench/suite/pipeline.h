/* pipeline.h: software-pipelined prefetching: Chen, Ailamaki, Gibbons and Mowry, ICDE 2004 and TODS
 * 32(3), 2007. An operation begins every turn and is a stage further every `distance` turns, so
 * that the number in flight is a multiple of the number of stages: the one that is nearest to the
 * group asked for, and one of each stage at the least. Where operations take different numbers of
 * steps, that is as Kocberber et al. (PVLDB 9(4), 2015) describe it: one that ends early is idle
 * for the rest of its stages, and one that needs more goes on alone in the last. For by_hand.c. */
struct pipeline_slot {
    struct slot slot;
    uint64_t result;
    bool ended;
};

static inline void pipeline_step(struct pipeline_slot *slot, const struct suite_job *job)
{
    if (!slot->ended)
        slot->ended = step(&slot->slot, job, &slot->result);
}

static inline uint64_t pipeline_end(struct pipeline_slot *slot, const struct suite_job *job)
{
    while (!slot->ended)
        pipeline_step(slot, job);
    return slot->result;
}

static inline uint64_t run(const struct suite_job *job)
{
    size_t depth = stages(job), distance = (job->group + depth / 2) / depth;
    distance = distance ? distance : 1;
    size_t flight = depth * distance, slots = 1;
    while (slots <= flight)
        slots *= 2;
    struct pipeline_slot ring[slots];
    uint64_t sum = 0;
    for (size_t turn = 0; turn < job->count + flight; turn++) {
        /* Stage s has operation turn - s * distance: those that are there at this turn. */
        size_t last = turn < flight ? turn / distance : depth, first = 1;
        if (turn >= job->count)
            first = (turn - job->count) / distance + 1;
        if (last == depth && first <= last) {
            size_t operation = turn - flight;
            sum += suite_weigh(operation, pipeline_end(&ring[operation & (slots - 1)], job));
            last--;
        }
        for (size_t s = last; s >= first; s--)
            pipeline_step(&ring[(turn - s * distance) & (slots - 1)], job);
        if (turn < job->count) {
            struct pipeline_slot *slot = &ring[turn & (slots - 1)];
            slot->ended = false;
            start(&slot->slot, job, turn);
        }
    }
    return sum;
}
