// What is alive at the same time has slots of its own; a coroutine that has nothing to share is left
// as it is.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
#include <coroinline/coro.h>

long next(void);
void use(long);

// CHECK-LABEL: define {{.*}} @all_alive(
// CHECK-NOT: alloca {{.*}} x i8]
coro_task(int) all_alive(void)
{
    coro_begin(int);
    long a = next(), b = next();
    coro_suspend();
    coro_return((int)(a - b));
}

// The second is made while the first is still needed; of these two, what is computed next, and the
// third, get the slots.
// CHECK-LABEL: define {{.*}} @two_at_a_time(
// CHECK: [[SLOTS:%[^ ]+]] = alloca [16 x i8], align 8
// CHECK: [[A:%[^ ]+]] = call i64 @next()
// CHECK-NEXT: store i64 [[A]], ptr [[SLOTS]], align 8
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[B:%[^ ]+]] = call i64 @next()
// CHECK-NEXT: [[AT8:%[^ ]+]] = getelementptr {{.*}}i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: store i64 [[B]], ptr [[AT8]], align 8
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[PRODUCT:%[^ ]+]] = mul
// CHECK-NEXT: store i64 [[PRODUCT]], ptr [[SLOTS]], align 8
// CHECK: [[C:%[^ ]+]] = call i64 @next()
// CHECK-NEXT: [[AT8:%[^ ]+]] = getelementptr {{.*}}i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: store i64 [[C]], ptr [[AT8]], align 8
coro_task(int) two_at_a_time(void)
{
    coro_begin(int);
    long a = next();
    coro_suspend();
    long b = next();
    coro_suspend();
    long product = a * b, c = next();
    coro_suspend();
    use(product);
    coro_suspend();
    coro_return((int)(product / c));
}
