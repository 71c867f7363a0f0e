/* group.h: group prefetching: Chen, Ailamaki, Gibbons and Mowry, ICDE 2004 and TODS 32(3), 2007.
 * All operations of a group take a step before any takes the next, and the next group begins when
 * the last one has ended. Where operations take different numbers of steps, those that have not
 * ended are in a list: a flag in each, as in the paper, takes more instructions. For by_hand.c. */
static inline uint64_t run_some(const struct suite_job *job, size_t first, size_t count,
                                struct slot *slots, uint32_t *active)
{
    uint64_t sum = 0, result;
    for (size_t k = 0; k < count; k++) {
        start(&slots[k], job, first + k);
        active[k] = (uint32_t)k;
    }
    while (count > 0)
        for (size_t a = 0; a < count;) {
            size_t k = active[a];
            if (__builtin_expect(!step(&slots[k], job, &result), 1)) {
                a++;
                continue;
            }
            sum += suite_weigh(first + k, result);
            active[a] = active[--count];
        }
    return sum;
}

static inline uint64_t run(const struct suite_job *job)
{
    struct slot slots[job->group];
    uint32_t active[job->group];
    uint64_t sum = 0;
    for (size_t first = 0; first < job->count; first += job->group) {
        size_t left = job->count - first;
        sum += run_some(job, first, left < job->group ? left : job->group, slots, active);
    }
    return sum;
}
