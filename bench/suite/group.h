/* group.h: group prefetching: Chen, Ailamaki, Gibbons and Mowry, ICDE 2004 and TODS 32(3), 2007.
 * All operations of a group take a step before any takes the next; the group ends with its last
 * one. For by_hand.c. */
static inline uint64_t run_some(const struct suite_job *job, size_t first, size_t count,
                                struct slot *slots, bool *ended)
{
    uint64_t sum = 0, result;
    for (size_t k = 0; k < count; k++) {
        start(&slots[k], job, first + k);
        ended[k] = false;
    }
    for (size_t left = count; left > 0;)
        for (size_t k = 0; k < count; k++)
            if (!ended[k] && step(&slots[k], job, &result)) {
                ended[k] = true;
                sum += suite_weigh(first + k, result);
                left--;
            }
    return sum;
}

static inline uint64_t run(const struct suite_job *job)
{
    struct slot slots[job->group];
    bool ended[job->group];
    uint64_t sum = 0;
    for (size_t first = 0; first < job->count; first += job->group) {
        size_t left = job->count - first;
        sum += run_some(job, first, left < job->group ? left : job->group, slots, ended);
    }
    return sum;
}
