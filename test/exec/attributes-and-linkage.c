// Coroutines of every linkage and with attributes that promise too much; bodies that never end, do
// nothing, or do something before coro_begin.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static __attribute__((always_inline)) inline coro_task(int) always(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 1);
}

__attribute__((weak)) coro_task(int) replaceable(int x);
__attribute__((weak)) coro_task(int) replaceable(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 2);
}

coro_task(int) constant(int x) __attribute__((const));
coro_task(int) constant(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 3);
}

coro_task(int) cold(int x) __attribute__((pure, cold, nothrow));
coro_task(int) cold(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 4);
}

__attribute__((optnone, noinline)) static coro_task(int) unoptimized(int x)
{
    coro_begin(int);
    int r = coro_await(always(x)) + coro_await(constant(x));
    coro_return(r);
}

/* At the call, and not at the first resume. */
static int calls;
static coro_task(int) does_before(int x)
{
    int y = x * 2, numbers[3] = {1, x, 3};
    calls++;
    if (y > 100)
        return always(y);
    coro_begin(int);
    coro_suspend();
    coro_return(y + numbers[1]);
}

static coro_task(int) task_before(int x)
{
    coro_task(int) task = always(x);
    coro_begin(int);
    coro_suspend();
    coro_return(coro_await(task));
}

static coro_task(void) never(int *turns)
{
    coro_begin(void);
    for (;; ++*turns)
        coro_suspend();
}

static coro_task(int) may_wait_for_ever(int *turns)
{
    coro_begin(int);
    if (turns)
        coro_await(never(turns));
    coro_return(4);
}

static coro_task(void) nothing(void)
{
    coro_begin(void);
    coro_return();
}

static coro_task(int) unreachable(int x)
{
    coro_begin(int);
    if (x) {
        coro_suspend();
        __builtin_unreachable();
    }
    coro_await(nothing());
    coro_return((coro_await(nothing()), x));
}

static coro_task(int) may_abort(int x)
{
    coro_begin(int);
    if (x == 77) {
        coro_suspend();
        abort();
    }
    coro_return(coro_await(late(x, 1)));
}

static coro_task(int) top(int x)
{
    coro_begin(int);
    int r = coro_await(always(x));
    r = r * 3 + coro_await(replaceable(x));
    r = r * 3 + coro_await(constant(x)) + coro_await(constant(x));
    r = r * 3 + coro_await(cold(x));
    r = r * 3 + coro_await(does_before(x)) + coro_await(does_before(x + 99));
    r = r * 3 + coro_await(task_before(x)) + coro_await(unoptimized(x));
    r +=
        coro_await(may_wait_for_ever(NULL)) + coro_await(unreachable(0)) + coro_await(may_abort(1));
    coro_return(r);
}

int main(void)
{
    coro_task(int) task = does_before(1);
    // CHECK: calls 1
    printf("calls %d\n", calls);
    coro_destroy(task);
    int resumes, r = drive(top(5), resumes);
    // CHECK-NEXT: 3235 after 13 resumes
    printf("%d after %d resumes\n", r, resumes);
    int turns = 0;
    task = may_wait_for_ever(&turns);
    for (int i = 0; i < 1000; i++)
        coro_resume(task);
    coro_destroy(task);
    // CHECK-NEXT: turns 999
    printf("turns %d\n", turns);
    return 0;
}
