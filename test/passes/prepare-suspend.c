// A suspend has three ways out: on, to be destroyed, and to the one coro.end.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

void before(void);
void after(void);

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK: [[BEGIN:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: [[START:%[^ ]+]] = call i8 @llvm.coro.suspend(token none, i1 false) #[[TAG:[0-9]+]]
// CHECK-NEXT: switch i8 [[START]], label %coro.exit [
// CHECK: call ptr @llvm.coro.free(
// CHECK: {{^}}coro.exit:
// CHECK-NEXT: call {{.*}} @llvm.coro.end(ptr null, i1 false, token none)
// CHECK-NOT: @llvm.coro.end
// CHECK: call void @before()
// CHECK: [[S:%[^ ]+]] = call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NEXT: switch i8 [[S]], label %coro.exit [
// CHECK-NEXT: i8 0, label %[[RESUMED:[^ ]+]]
// CHECK-NEXT: i8 1, label %{{.*}}
// CHECK: {{^}}[[RESUMED]]:
// CHECK: call void @after()
// CHECK: attributes #[[TAG]] = { nomerge "coroinline-start" }
coro_task(void) coroutine(void)
{
    coro_begin(void);
    before();
    coro_suspend();
    after();
    coro_return();
}
