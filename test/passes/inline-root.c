// A coroutine whose tasks are all made by a scheduler loses the code that leaves for an awaiter. One
// that is driven by hand keeps it: its task may be awaited after all.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline' -S | FileCheck %s
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}} @exported(
// CHECK: ptr @coro__leave)
// CHECK: {{^}$}}
coro_task(int) exported(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

// CHECK-LABEL: define {{.*}} @scheduled(
// CHECK-NOT: @coro__leave
// CHECK: {{^}$}}
static coro_task(int) scheduled(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

// CHECK-LABEL: define {{.*}} @by_hand(
// CHECK: ptr @coro__leave)
// CHECK: {{^}$}}
static coro_task(int) by_hand(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

int run(int n)
{
    int sum = 0;
    coro_interleave(4, 10, i, scheduled(n + (int)i), v, { sum += v; });
    coro_interleave(4, 10, i, exported(n + (int)i), v, { sum += v; });
    coro_task(int) task = by_hand(n);
    coro_resume(task);
    coro_resume(task);
    sum += coro_result(task);
    coro_destroy(task);
    return sum;
}
