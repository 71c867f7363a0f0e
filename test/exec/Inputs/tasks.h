/* tasks.h: the small coroutines and the driver that many of the tests need. */
#include <coroinline/coro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* x, after so many suspends. */
static __attribute__((unused)) coro_task(int) late(int x, int suspends)
{
    coro_begin(int);
    while (suspends-- > 0)
        coro_suspend();
    coro_return(x);
}

/* x, after one suspend; says when it goes on, so that the order of evaluation shows. */
static __attribute__((unused)) coro_task(int) told(int x)
{
    coro_begin(int);
    coro_suspend();
    printf("<%d>", x);
    coro_return(x);
}

/* Runs a task by hand, destroys it, and is its result; `resumes` counts. */
#define drive(task, resumes)                                                                       \
    __extension__({                                                                                \
        __auto_type driven = (task);                                                               \
        for ((resumes) = 0; !coro_done(driven); (resumes)++)                                       \
            coro_resume(driven);                                                                   \
        __auto_type driven_result = coro_result(driven);                                           \
        coro_destroy(driven);                                                                      \
        driven_result;                                                                             \
    })
