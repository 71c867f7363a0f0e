// Wherever the allocator fails first, each program that asks coro_failed() goes on without a leak.
// RUN: %everywhere %s | FileCheck %s
// RUN: %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include "Inputs/counting.h"
#include <stdio.h>

static int ran;

static CORO_NOINLINE coro_task(int) leaf(int x)
{
    coro_begin(int);
    ran++;
    coro_suspend();
    coro_return(x);
}

/* -1 where there was no memory. */
static CORO_NOINLINE coro_task(int) middle(int x)
{
    coro_begin(int);
    coro_task(int) a = leaf(x), b = leaf(x + 1);
    if (coro_failed(a) || coro_failed(b)) {
        if (!coro_failed(a))
            coro_destroy(a);
        if (!coro_failed(b))
            coro_destroy(b);
        coro_return(-1);
    }
    coro_return(coro_await(a) + coro_await(b));
}

static coro_task(int) top(void)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        coro_task(int) task = middle(i);
        if (coro_failed(task)) {
            sum = -1000;
            break;
        }
        sum += coro_await(task);
    }
    coro_return(sum);
}

int main(void)
{
    struct coro_allocator allocator = {allocate, release, NULL};
    if (coro_set_allocator(&allocator))
        return 1;
    int failures = 0, result = 0;
    /* Ten frames at most; fewer where they are used again, or lie within each other. */
    for (int n = 0; n <= 10; n++) {
        left = n;
        coro_task(int) task = top();
        if (coro_failed(task)) {
            failures++;
            if (n)
                printf("failed at once, %d\n", n);
        } else {
            result = coro_run(task);
            failures += result != 9;
        }
        coro_trim();
        if (in_use)
            printf("in use %d after %d\n", in_use, n);
    }
    // CHECK: failed before it went well 1, result 9
    printf("failed before it went well %d, result %d\n", failures > 0 && failures <= 10, result);
    return 0;
}
