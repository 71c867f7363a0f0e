// A coroutine calls plain functions with variable-length arrays, or alloca, which are inlined into it at
// once or later; and drives a task that has them.
// RUN: %everywhere %s | FileCheck %s
// RUN: LEVELS='-O0 -g;-O2 -g' %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <alloca.h>

static __attribute__((noinline)) int fill(int *a, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        a[i] = i * n;
    for (int i = 0; i < n; i++)
        sum += a[i];
    return sum;
}

static inline __attribute__((always_inline)) int at_once(int n)
{
    int a[n];
    return fill(a, n);
}

static inline __attribute__((always_inline)) int list(int n)
{
    struct link {
        struct link *next;
        int value;
    } *first = NULL;
    for (int i = 0; i < n; i++) {
        struct link *link = alloca(sizeof *link);
        *link = (struct link){first, i};
        first = link;
    }
    int sum = 0;
    for (; first; first = first->next)
        sum = sum * 3 + first->value;
    return sum;
}

static inline int later(int n)
{
    int *a = alloca((size_t)n * sizeof *a);
    return fill(a, n);
}

static coro_task(int) calls(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 1; i < n; i++) {
        sum += at_once(i);
        coro_suspend();
        sum += list(i) + later(i);
    }
    coro_return(sum);
}

static coro_task(int) has_one(int n)
{
    coro_begin(int);
    coro_suspend();
    int a[n];
    coro_return(fill(a, n));
}

static coro_task(int) drives(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 1; i < n; i++) {
        coro_task(int) task = has_one(i);
        while (!coro_done(task)) {
            coro_resume(task);
            coro_suspend();
        }
        sum += coro_result(task);
        coro_destroy(task);
        sum += coro_await(calls(i));
    }
    coro_return(sum);
}

/* The stack would not be enough for all. */
static coro_task(int) often(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++) {
        sum = (sum + at_once(1000)) % 1000;
        if (i % 1000 == 0)
            coro_suspend();
    }
    coro_return(sum);
}

int main(void)
{
    int resumes;
    // CHECK: 2543 1146 0
    printf("%d ", drive(calls(7), resumes));
    printf("%d ", drive(drives(7), resumes));
    printf("%d\n", drive(often(10000), resumes));
    return 0;
}
