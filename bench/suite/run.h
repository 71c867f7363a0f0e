/* run.h: does a job by OPERATION(job, i), which begins operation i by the layers above. */
#ifdef FIBERS

static uint64_t operate(const struct suite_job *job, size_t i)
{
    return OPERATION(job, i);
}

uint64_t VERSION(const struct suite_job *job)
{
    return fibers_run(job, operate);
}

#else

uint64_t VERSION(const struct suite_job *job)
{
    uint64_t sum = 0;
    coro_interleave(job->group, job->count, i, OPERATION(job, i), result,
                    { sum += suite_weigh(i, result); });
    return sum;
}

#endif
