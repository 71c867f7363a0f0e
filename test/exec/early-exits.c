// Tasks that may end before their first suspend: whatever the compiler does to have no task then,
// what happens at the call, between the call and the await, and in the body happens once, in order.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static int calls, between, bodies, ends;

// At the call, before coro_begin.
static coro_task(int) counts_calls(int n)
{
    calls++;
    coro_begin(int);
    if (n <= 0)
        coro_return(0);
    coro_suspend();
    coro_return(1 + coro_await(counts_calls(n - 1)));
}

// By the awaiter, in memory and in variables of its own.
static coro_task(int) counts_between(int n)
{
    coro_begin(int);
    if (n <= 0)
        coro_return(0);
    coro_suspend();
    int made = 0;
    coro_task(int) task = counts_between(n - 1);
    between++;
    made++;
    int below = coro_await(task);
    coro_return(below + made);
}

// The argument is what it was at the call.
static int limit;
static coro_task(int) looks(int n)
{
    coro_begin(int);
    if (n >= limit)
        coro_return(n);
    coro_suspend();
    coro_task(int) task = looks(n + 1);
    n = -1000;
    if (limit > 5)
        limit--;
    coro_return(coro_await(task) + (n == -1000));
}

static void end(int *n)
{
    ends += *n;
}
static coro_task(int) even(int n);
static coro_task(int) odd(int n)
{
    coro_begin(int);
    __attribute__((cleanup(end))) int scope = 1;
    if (n == 0)
        coro_return(0);
    if (n % 3 == 0)
        coro_suspend();
    bodies++;
    (void)scope;
    coro_return(coro_await(even(n - 1)));
}
static coro_task(int) even(int n)
{
    coro_begin(int);
    if (n == 0)
        coro_return(1);
    coro_suspend();
    bodies++;
    coro_return(coro_await(odd(n - 1)));
}

// Made, and then not awaited but destroyed, or awaited late.
static coro_task(int) fickle(int n)
{
    coro_begin(int);
    if (n <= 0)
        coro_return(n);
    coro_prefetch(&limit);
    coro_task(int) task = fickle(n - 2);
    if (coro_failed(task))
        coro_return(-1);
    if (n % 4 == 1) {
        coro_destroy(task);
        coro_return(n);
    }
    if (n % 2)
        coro_suspend();
    coro_return(n + coro_await(task));
}

int main(void)
{
    // CHECK: 10, calls 11
    int result = coro_run(counts_calls(10));
    printf("%d, calls %d\n", result, calls);
    // CHECK-NEXT: 10, between 10
    result = coro_run(counts_between(10));
    printf("%d, between %d\n", result, between);
    limit = 12;
    // CHECK-NEXT: looked 12, limit 6
    result = coro_run(looks(0));
    printf("looked %d, limit %d\n", result, limit);
    // CHECK-NEXT: odd 1, bodies 21, ends 11
    int resumes;
    result = drive(odd(21), resumes);
    printf("odd %d, bodies %d, ends %d\n", result, bodies, ends);
    // CHECK-NEXT: fickle 12 after 4 resumes
    // CHECK-NEXT: fickle 20 after 5 resumes
    // CHECK-NEXT: fickle 9 after 2 resumes
    // CHECK-NEXT: fickle 30 after 6 resumes
    for (int n = 7; n < 11; n++) {
        result = drive(fickle(n), resumes);
        printf("fickle %d after %d resumes\n", result, resumes);
    }
    return 0;
}
