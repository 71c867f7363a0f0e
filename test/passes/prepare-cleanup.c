// Leaving at a suspend runs no cleanup of the scope; being destroyed there does, and so does its end.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,function(simplifycfg)' -S | FileCheck %s
#include <coroinline/coro.h>

void clean(int *);
void scope_is_left(void);

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK: {{^}}coro.exit:
// CHECK-NEXT: call {{.*}} @llvm.coro.end(
// CHECK-NOT: @clean
// CHECK: {{^}}coro.resumed:
// CHECK: [[S:%[^ ]+]] = call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NEXT: switch i8 [[S]], label %coro.exit [
// CHECK-NEXT: i8 0, label %[[ON:[^ ]+]]
// CHECK-NEXT: i8 1, label %[[CLEANUP:[^ ]+]]
// CHECK: {{^}}[[ON]]:
// CHECK: br label %[[CLEANUP]]
// CHECK: {{^}}[[CLEANUP]]:
// CHECK: call void @clean(
coro_task(void) coroutine(void)
{
    coro_begin(void);
    {
        __attribute__((cleanup(clean))) int local = 1;
        coro_suspend();
    }
    scope_is_left();
    coro_return();
}
