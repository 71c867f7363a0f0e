// An await of a known coroutine becomes its body: no call, no frame, no transfer; its suspend leads
// to the awaiter's exit, its destruction on to the awaiter's, and what it tells the root is told of
// the awaiter.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,simplifycfg,instcombine,simplifycfg)' -S | FileCheck %s
#include <coroinline/coro.h>

void before(void);
void after(void);

static coro_task(int) child(int n)
{
    coro_begin(int);
    before();
    coro_suspend();
    after();
    coro_return(n + 1);
}

// CHECK-LABEL: define {{.*}} @parent(
// CHECK-NOT: call ptr @child(
// CHECK-NOT: coro__enter
// CHECK: call i1 @llvm.coro.alloc(
// CHECK-NOT: call i1 @llvm.coro.alloc(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK-NOT: @llvm.coro.begin(
// CHECK: call i8 @llvm.coro.suspend(token none, i1 true)
// CHECK: call ptr @llvm.coro.free(
// CHECK-NOT: @llvm.coro.free(
// CHECK: {{^}}coro.exit:
// CHECK-NEXT: call {{.*}} @llvm.coro.end(
// CHECK-NOT: @llvm.coro.end(
// CHECK: call void @before()
// CHECK-NEXT: [[AT:%[^ ]+]] = getelementptr i8, ptr [[SELF]], i64 16
// CHECK-NEXT: [[ROOT:%[^ ]+]] = load ptr, ptr [[AT]]
// CHECK-NEXT: [[UP:%[^ ]+]] = getelementptr i8, ptr [[ROOT]], i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: [[S:%[^ ]+]] = call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NEXT: switch i8 [[S]], label %coro.exit [
// CHECK-NOT: @llvm.coro.destroy(
// CHECK-NOT: call ptr @child(
// CHECK: {{^}$}}
coro_task(int) parent(int n)
{
    coro_begin(int);
    int result = coro_await(child(n));
    coro_return(result * 2);
}
