// A root that awaits nothing but what is inlined tells itself nothing. Who may be awaited does, and
// who awaits, since that has told the root of itself meanwhile.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,verify' -S | FileCheck %s --implicit-check-not='getelementptr i8, {{.*}} i64 24'
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}} @exported(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
CORO_NOINLINE coro_task(int) exported(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

// A generator that yields to who resumes it is no part of a chain.
// CHECK-LABEL: define {{.*}} @generator(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}}@coro__leave_generator)
coro_generator(int) generator(int n)
{
    coro_begin_generator(int);
    coro_suspend();
    coro_yield(n);
    coro_return();
}

static coro_task(int) part(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
}

// CHECK-LABEL: define {{.*}} @flat(
// CHECK: call ptr @llvm.coro.begin(
// CHECK: {{^}$}}
static coro_task(int) flat(int n)
{
    coro_begin(int);
    n++;
    coro_suspend();
    coro_return(coro_await(part(n)));
}

// CHECK-LABEL: define {{.*}} @awaits(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}}@coro__enter)
static coro_task(int) awaits(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(coro_await(exported(n)));
}

int run(int n)
{
    int sum = 0;
    coro_interleave(4, 10, i, flat(n + (int)i), v, { sum += v; });
    coro_interleave(4, 10, i, awaits(n + (int)i), v, { sum += v; });
    return sum;
}
