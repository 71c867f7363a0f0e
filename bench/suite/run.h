/* run.h: does a job by OPERATION(job, i), which begins operation i by the layers above; or, for
 * those that have several, RUN() defines such functions. */
#ifdef FIBERS

/* A function `name` that does a job; `operation` begins operation i of `job`. */
#define RUN(linkage, name, operation)                                                              \
    static uint64_t name##_operate(const struct suite_job *job, size_t i)                          \
    {                                                                                              \
        return operation;                                                                          \
    }                                                                                              \
    linkage uint64_t name(const struct suite_job *job)                                             \
    {                                                                                              \
        return fibers_run(job, name##_operate);                                                    \
    }

#else

#include "../groups.h"

#define RUN(linkage, name, operation)                                                              \
    linkage uint64_t name(const struct suite_job *job)                                             \
    {                                                                                              \
        uint64_t sum = 0;                                                                          \
        coro_interleave(GROUP(job), job->count, i, operation, result, {                            \
            NOTE_GROUP(job);                                                                       \
            sum += suite_weigh(i, result);                                                         \
        });                                                                                        \
        return sum;                                                                                \
    }

#endif

#ifdef OPERATION
RUN(, VERSION, OPERATION(job, i))
#endif
