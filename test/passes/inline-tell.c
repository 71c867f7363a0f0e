// A root tells itself nothing before it awaits what isn't inlined, and once behind that, as that has
// told the root of itself meanwhile. Who may be awaited tells always.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,verify' -S | FileCheck %s --implicit-check-not='getelementptr i8, {{.*}} i64 24'
#include <coroinline/coro.h>

int early(int), late(int), latest(int);

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

// One that has awaited may have done so as a part of a chain.
// CHECK-LABEL: define {{.*}} @awaiting_generator(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: call i32 @late(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call i32 @latest(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
coro_generator(int) awaiting_generator(int n)
{
    coro_begin_generator(int);
    n = coro_await(exported(n));
    n = late(n);
    coro_suspend();
    n = latest(n);
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
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call i32 @early(
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}}@coro__enter)
// CHECK: call i32 @late(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call i32 @latest(
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
static coro_task(int) awaits(int n)
{
    coro_begin(int);
    coro_suspend();
    n = early(n);
    coro_suspend();
    n = coro_await(exported(n));
    n = late(n);
    coro_suspend();
    n = latest(n);
    coro_suspend();
    coro_return(n);
}

// One of two ways awaits.
// CHECK-LABEL: define {{.*}} @may_await(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}}@coro__enter)
// CHECK: call i32 @late(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
static coro_task(int) may_await(int n)
{
    coro_begin(int);
    if (early(n))
        n = coro_await(exported(n));
    n = late(n);
    coro_suspend();
    coro_return(n);
}

// What comes first has an await behind it, in the round before.
// CHECK-LABEL: define {{.*}} @awaits_again(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: call i32 @early(
// CHECK: [[UP:%[^ ]+]] = getelementptr i8, ptr %{{[^ ]+}}, i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call i32 @late(
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK: call i32 @latest(
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}}@coro__enter)
static coro_task(int) awaits_again(int n)
{
    coro_begin(int);
    for (int i = 0; i < n; i++) {
        n = early(n);
        coro_suspend();
        n = late(n);
        coro_suspend();
        if (latest(n) == 3)
            n = coro_await(exported(n));
    }
    coro_return(n);
}

int run(int n)
{
    int sum = 0;
    coro_interleave(4, 10, i, flat(n + (int)i), v, { sum += v; });
    coro_interleave(4, 10, i, awaits(n + (int)i), v, { sum += v; });
    coro_interleave(4, 10, i, may_await(n + (int)i), v, { sum += v; });
    coro_interleave(4, 10, i, awaits_again(n + (int)i), v, { sum += v; });
    return sum;
}
