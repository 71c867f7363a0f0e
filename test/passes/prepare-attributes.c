// What a parameter promises for the length of a call does not hold while the task is suspended.
// RUN: %c-to-ir %s | FileCheck %s --check-prefix=BEFORE
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

// BEFORE: define {{.*}} @coroutine(ptr noalias {{.*}}, ptr {{.*}}dereferenceable(16)
// BEFORE: attributes #{{.*}} = { {{.*}}memory(none)
// CHECK: define {{.*}} @coroutine(
// CHECK-NOT: noalias
// CHECK-NOT: dereferenceable
// CHECK-SAME: #[[#ATTRIBUTES:]]
// CHECK: attributes #[[#ATTRIBUTES]] = {
// CHECK-NOT: memory(none)
// CHECK-SAME: presplitcoroutine
__attribute__((const)) coro_task(int) coroutine(int *restrict p, int q[static 4])
{
    coro_begin(int);
    *p = 1;
    q[0] = 2;
    coro_suspend();
    coro_return(*p);
}
