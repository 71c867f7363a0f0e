// A value that a loop carries is stored at the head of the loop, in the slot of what it began with; the
// bound, which is alive all along, keeps its own.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
#include <coroinline/coro.h>

long step(long);

// CHECK-LABEL: define {{.*}} @loop(
// CHECK: [[SLOTS:%[^ ]+]] = alloca [16 x i8], align 8
// CHECK: [[BOUND:%[^ ]+]] = getelementptr {{.*}}i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: store i64 %{{.*}}, ptr [[BOUND]], align 8
// CHECK-NEXT: store i64 %{{.*}}, ptr [[SLOTS]], align 8
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: [[START:%[^ ]+]] = load i64, ptr [[SLOTS]], align 8
// CHECK: [[X:%[^ ]+]] = phi i64 [ {{.*}}[[START]]
// CHECK: store i64 [[X]], ptr [[SLOTS]], align 8
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: [[X_AGAIN:%[^ ]+]] = load i64, ptr [[SLOTS]], align 8
// CHECK: call i64 @step(i64 {{.*}}[[X_AGAIN]])
coro_task(int) loop(long start, long bound)
{
    coro_begin(int);
    for (long x = start; x < bound;) {
        coro_suspend();
        x = step(x);
    }
    coro_return(0);
}
