// CoroSplit computes sums, addresses and the like again, and keeps their operands for it. That is done
// here where it takes no more room, and else the sum is kept.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
#include <coroinline/coro.h>

long get(void);
void use(long);

// CHECK-LABEL: define {{.*}} @kept(
// CHECK: alloca [8 x i8]
// CHECK: [[SUM:%[^ ]+]] = add {{.*}}i64
// CHECK-NEXT: store i64 [[SUM]]
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[AGAIN:%[^ ]+]] = load i64,
// CHECK: call void @use(i64 {{.*}}[[AGAIN]])
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[AGAIN:%[^ ]+]] = load i64,
// CHECK: call void @use(i64 {{.*}}[[AGAIN]])
coro_task(void) kept(void)
{
    coro_begin(void);
    long a = get(), b = get(), sum = a + b;
    coro_suspend();
    use(sum);
    coro_suspend();
    use(sum);
    coro_return();
}

// CHECK-LABEL: define {{.*}} @computed(
// CHECK: alloca [16 x i8]
// CHECK: [[A:%[^ ]+]] = call i64 @get()
// CHECK-NEXT: store i64 [[A]], ptr [[AT_A:%[^ ]+]]
// CHECK-NOT: store i64
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[AGAIN:%[^ ]+]] = load i64, ptr [[AT_A]]
// CHECK: mul {{.*}}i64 [[AGAIN]], 5
// CHECK: mul {{.*}}i64 [[AGAIN]], 3
coro_task(void) computed(void)
{
    coro_begin(void);
    long a = get();
    use(a * 3);
    use(a * 5);
    coro_suspend();
    use(a * 5);
    use(a * 3);
    long b = get(), c = get();
    coro_suspend();
    use(b * c);
    coro_suspend();
    use(b - c);
    coro_return();
}
