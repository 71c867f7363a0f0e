// A body that ends without coro_return goes to the finish if it has no result, and aborts otherwise.
// RUN: %c-to-ir -Wno-return-type %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

void last(void);

// CHECK-LABEL: define {{.*}} @no_result(
// CHECK-NOT: call void @coro__fail
// CHECK: {{^}}coro.open.end:
// CHECK-NEXT: br label %[[FINISH:.+]]
// CHECK: {{^}}[[FINISH]]:
// CHECK: br i1 {{.*}}, label %coro.final, label %coro.leave
// CHECK: call void @last()
// CHECK-NEXT: br label %coro.open.end
coro_task(void) no_result(void)
{
    coro_begin(void);
    last();
}

// CHECK-LABEL: define {{.*}} @result(
// CHECK: {{^}}coro.open.end:
// CHECK-NEXT: call void @coro__fail(
// CHECK-NEXT: unreachable
// CHECK: call void @last()
// CHECK-NEXT: br label %coro.open.end
coro_task(int) result(void)
{
    coro_begin(int);
    last();
}
