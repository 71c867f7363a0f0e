// What attributes say of a coroutine holds for its body at most, which has not run when the call comes
// back: each call makes a new task, which keeps its arguments and may change what they point to.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

coro_task(int) constant(int x) __attribute__((const));
coro_task(int) constant(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 1);
}

coro_task(int) pure(const int *p) __attribute__((pure));
coro_task(int) pure(const int *p)
{
    coro_begin(int);
    coro_suspend();
    coro_return(*p);
}

__attribute__((noinline)) coro_task(int) keeps(__attribute__((noescape)) int *p, int x);
coro_task(int) keeps(__attribute__((noescape)) int *p, int x)
{
    coro_begin(int);
    coro_suspend();
    *p += x;
    coro_return(*p);
}

/* Knows nothing of the task. */
static __attribute__((noinline)) int run(coro_task(int) task)
{
    int resumes;
    return drive(task, resumes);
}

static __attribute__((noinline)) int constants(int x)
{
    coro_task(int) a = constant(x), b = constant(x);
    return run(a) * 100 + run(b);
}

static __attribute__((noinline)) int reads(void)
{
    int x = 1;
    coro_task(int) a = pure(&x), b = pure(&x);
    int r = run(a);
    x = 2;
    return r * 100 + run(b);
}

static __attribute__((noinline)) int writes(int y)
{
    int x = 5;
    coro_task(int) task = keeps(&x, y);
    int before = x;
    run(task);
    return before * 100 + x;
}

int main(void)
{
    // CHECK: 202 102 508
    printf("%d %d %d\n", constants(1), reads(), writes(3));
    return 0;
}
