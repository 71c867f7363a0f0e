// Several threads at one CORO_GROUP_AUTO: no race, and no thread waits for another one. Also where the
// calls are short, so that contests go on from thread to thread.
// RUN: %cc -O2 -fsanitize=thread -include %source/test/runtime/Inputs/racing-clock.h %s %source/runtime/group.c %source/runtime/tuner.c -o %t && %t | FileCheck %s
// RUN: %cc -O0 -fsanitize=thread -include %source/test/runtime/Inputs/racing-clock.h %s %source/runtime/group.c %source/runtime/tuner.c -o %t && %t | FileCheck %s
#ifdef CORO__NOW
enum { IS_RACING = 1 };
#else
enum { IS_RACING = 0 }; // by the true clock, it may take longer until something has been learned
#endif
#include "Inputs/tasks.h"

#include <pthread.h>

enum { THREADS = 4, TASKS = 40000 };

unsigned long long racing_time;
static unsigned settled;

/* The sum of the numbers below `tasks`, in calls of so many. */
static uint64_t sum_of(size_t tasks, size_t call)
{
    uint64_t sum = 0;
    for (size_t first = 0; first < tasks; first += call)
        coro_interleave(CORO_GROUP_AUTO, call, i, late((int)(first + i), 1 + (int)(i % 16)), v, {
            sum += (uint64_t)v;
            if (i == 0)
                __atomic_store_n(&settled, __atomic_load_n(&coro__site.size, __ATOMIC_RELAXED),
                                 __ATOMIC_RELAXED);
        });
    return sum;
}

static void *run(void *result)
{
    uint64_t sum = 0;
    for (int k = 0; k < 5; k++)
        sum += sum_of(TASKS, TASKS) + sum_of(TASKS, 80);
    *(uint64_t *)result = sum;
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    uint64_t results[THREADS];
    bool right = true;
    for (int t = 0; t < THREADS; t++)
        if (pthread_create(&threads[t], NULL, run, &results[t]))
            abort();
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        right &= results[t] == 10 * (uint64_t)TASKS * (TASKS - 1) / 2;
    }
    // CHECK: right 1, learned 1
    printf("right %d, learned %d\n", right, settled > 0 || !IS_RACING);
    return 0;
}
