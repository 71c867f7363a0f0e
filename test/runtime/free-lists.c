// What a thread caches goes back when it trims or exits, also frames that another thread made.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/counting.h"
#include <pthread.h>
#include <stdio.h>

static CORO_NOINLINE coro_task(int) give(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

static coro_task(int) tasks[1000];

static void *make(void *unused)
{
    for (int i = 0; i < 1000; i++)
        tasks[i] = give(i);
    return unused;
}

static void *run(void *sum)
{
    for (int i = 0; i < 1000; i++)
        *(int *)sum += coro_run(tasks[i]);
    return NULL;
}

static pthread_key_t key;

/* Runs a task when the thread's own destructors may have run before. */
static void at_exit(void *again)
{
    coro_run(give(1));
    if (again == (void *)2)
        pthread_setspecific(key, (void *)1);
}

static void *late(void *unused)
{
    pthread_setspecific(key, (void *)2);
    coro_run(give(1));
    return unused;
}

static void on_thread(void *(*f)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, f, argument))
        abort();
    pthread_join(thread, NULL);
}

int main(void)
{
    struct coro_allocator allocator = {allocate, release, NULL};
    if (coro_set_allocator(&allocator) || pthread_key_create(&key, at_exit))
        return 1;
    int sum = 0;
    on_thread(make, NULL);
    // CHECK: made 1000
    printf("made %d\n", in_use);
    on_thread(run, &sum); /* a thread that never made a frame frees them */
    // CHECK-NEXT: sum 499500, in use 0
    printf("sum %d, in use %d\n", sum, in_use);
    on_thread(make, NULL);
    run(&sum);
    coro_trim();
    // CHECK-NEXT: trimmed 0
    printf("trimmed %d\n", in_use);
    on_thread(late, NULL);
    // CHECK-NEXT: late 0
    printf("late %d\n", in_use);
    return 0;
}
