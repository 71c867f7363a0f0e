/* amac.h: asynchronous memory access chaining: Kocberber, Falsafi and Grot, PVLDB 9(4), 2015. Each
 * operation in flight has a slot in a ring and is visited in turn; one that has ended is replaced
 * at once. For by_hand.c. */
static inline uint64_t run(const struct suite_job *job)
{
    struct ring_slot {
        struct slot slot;
        size_t operation;
    };
    size_t group = job->group < job->count ? job->group : job->count, next = 0;
    struct ring_slot ring[group + 1], *end = ring + group; /* + 1: no array of none */
    uint64_t sum = 0, result;
    for (; next < group; next++) {
        ring[next].operation = next;
        start(&ring[next].slot, job, next);
    }
    while (end != ring) {
        for (struct ring_slot *slot = ring; slot != end;) {
            if (__builtin_expect(!step(&slot->slot, job, &result), 1)) {
                slot++;
                continue;
            }
            sum += suite_weigh(slot->operation, result);
            if (next < job->count) {
                slot->operation = next;
                start(&slot->slot, job, next++);
                slot++;
            } else {
                *slot = *--end; /* whose turn it is now */
            }
        }
    }
    return sum;
}
