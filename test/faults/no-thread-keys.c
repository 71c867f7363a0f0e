// Where the system has no key left for a thread's data, so that the free lists could not be emptied when a
// thread exits, there are none: each frame goes back to the allocator at once.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/faulty.h"

#include <pthread.h>

static CORO_NOINLINE coro_task(int) leaf(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

static coro_task(int) sum(int count)
{
    coro_begin(int);
    int sum = 0;
    while (count-- > 0)
        sum += coro_await(leaf(count));
    coro_return(sum);
}

static coro_task(int) tasks[10];

static void *run(void *result)
{
    for (int i = 0; i < 10; i++)
        tasks[i] = sum(i);
    for (int i = 0; i < 10; i++) {
        *(int *)result += coro_run(tasks[i]);
        if (faulty.held != 9 - i)
            printf("%ld frames held after %d\n", faulty.held, i);
    }
    return NULL;
}

int main(void)
{
    pthread_key_t key;
    int keys = 0, result = 0;
    while (pthread_key_create(&key, NULL) == 0)
        keys++;
    use_faulty();
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, &result))
        abort();
    pthread_join(thread, NULL);
    run(&result);
    // CHECK: keys 1, result 240, held 0
    printf("keys %d, result %d, held %ld\n", keys > 0, result, faulty.held);
    return 0;
}
