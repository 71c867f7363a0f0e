// A driver of tasks that await: coro-devirt looks in vain for what their headers say, and leaves nothing behind, since it says that it has changed nothing.
// RUN: %c-to-ir %s | %opt -passes='default<O1>' -verify-analysis-invalidation -S | FileCheck %s
// CHECK-LABEL: define {{.*}} @run(
#include <coroinline/coro.h>

CORO_NOINLINE coro_task(int) part(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

static coro_task(int) whole(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(coro_await(part(n)));
}

int run(int n)
{
    int sum = 0;
    coro_interleave(4, 10, i, whole(n + (int)i), v, { sum += v; });
    return sum;
}
