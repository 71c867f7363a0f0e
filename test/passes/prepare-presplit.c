// A coroutine is marked for CoroSplit, and no marker is left in the module.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK-SAME: #[[CORO:[0-9]+]]
coro_task(int) coroutine(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

// CHECK-LABEL: define {{.*}} @function(
// CHECK-SAME: #[[PLAIN:[0-9]+]]
int function(int n)
{
    return coro_run(coroutine(n));
}

// CHECK-NOT: @coroinline_
// CHECK: attributes #[[CORO]] = { {{.*}}presplitcoroutine
// CHECK-NOT: attributes #[[PLAIN]] = { {{.*}}presplitcoroutine
