// Between the preparation of a suspend and the suspend, a value would not be loaded but be what was
// stored: the task of a linked await is left to CoroSplit. What lives across the await is not.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
#include <coroinline/coro.h>

CORO_NOINLINE coro_task(int) apart(int);
long get(void);

// CHECK-LABEL: define {{.*}} @linked(
// CHECK: [[SLOTS:%[^ ]+]] = alloca [8 x i8], align 8
// CHECK: [[A:%[^ ]+]] = call i64 @get()
// CHECK-NEXT: store i64 [[A]], ptr [[SLOTS]]
// CHECK: [[TASK:%[^ ]+]] = {{.*}}call {{.*}}@apart(
// CHECK-NOT: store ptr [[TASK]], ptr [[SLOTS]]
// CHECK: call void @llvm.coro.await.suspend.handle(ptr {{.*}}[[TASK]],
// CHECK: load i64, ptr [[SLOTS]]
// CHECK: store i64 %{{.*}}, ptr [[SLOTS]]
coro_task(int) linked(void)
{
    coro_begin(int);
    long a = get();
    long b = a + coro_await(apart(1)) + get();
    coro_suspend();
    coro_return(b == 1 ? get() : b == 2);
}
