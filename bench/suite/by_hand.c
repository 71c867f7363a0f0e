/* by_hand.c: a workload's steps, NAME_steps.h, in one of the techniques without coroutines.
 * Compiled once for each:
 *
 *     -DSTEPS='"NAME_steps.h"' -DTECHNIQUE='"amac.h"' -DVERSION=NAME_amac
 *
 * The steps are
 *
 *     struct slot                      what an operation in flight has to remember
 *     start(slot, job, i)              begins operation i: prefetches its first line
 *     step(slot, job, &result)         the line has come: takes it up and prefetches the next one;
 *                                      true where there is none: the operation has ended
 *     stages(job)                      steps that most operations are done with */
#include STEPS
#include TECHNIQUE

uint64_t VERSION(const struct suite_job *job)
{
    return run(job);
}
