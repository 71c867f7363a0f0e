/* amac.h: asynchronous memory access chaining. For by_hand.c. */
#include "../amac.h"

static inline uint64_t run(const struct suite_job *job)
{
    uint64_t sum = 0, result;
    amac_interleave(job->group, job->count, struct slot, slot, i, start(slot, job, i),
                    step(slot, job, &result), { sum += suite_weigh(i, result); });
    return sum;
}
