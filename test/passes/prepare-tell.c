// Ahead of a suspend that goes back to who resumed the root, the root is told of its innermost task;
// not where control goes to another task, and at no other time.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

coro_task(int) child(int n);

// CHECK-LABEL: define {{.*}} @task(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK-NOT: getelementptr i8, {{.*}} i64 24
// CHECK: call void @llvm.coro.await.suspend.handle(ptr %{{[^ ]+}}, ptr [[SELF]], ptr @coro__enter)
// CHECK-NEXT: call i8 @llvm.coro.suspend(
// CHECK-NOT: getelementptr i8, {{.*}} i64 24
// CHECK: [[AT:%[^ ]+]] = getelementptr i8, ptr [[SELF]], i64 16
// CHECK-NEXT: [[ROOT:%[^ ]+]] = load ptr, ptr [[AT]]
// CHECK-NEXT: [[UP:%[^ ]+]] = getelementptr i8, ptr [[ROOT]], i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NOT: getelementptr i8, {{.*}} i64 24
// CHECK: {{^}$}}
coro_task(int) task(int n)
{
    coro_begin(int);
    int result = coro_await(child(n));
    coro_suspend();
    coro_return(result);
}

// CHECK-LABEL: define {{.*}} @generator(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK-NOT: getelementptr i8, {{.*}} i64 24
// CHECK: store ptr [[SELF]], ptr %{{[^ ]+}}, align 8
// CHECK: [[AT:%[^ ]+]] = getelementptr i8, ptr [[SELF]], i64 16
// CHECK-NEXT: [[ROOT:%[^ ]+]] = load ptr, ptr [[AT]]
// CHECK-NEXT: [[UP:%[^ ]+]] = getelementptr i8, ptr [[ROOT]], i64 24
// CHECK-NEXT: store ptr [[SELF]], ptr [[UP]]
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NOT: getelementptr i8, {{.*}} i64 24
// CHECK: call void @llvm.coro.await.suspend.handle(ptr [[SELF]], ptr [[SELF]], ptr @coro__leave_generator)
// CHECK-NOT: getelementptr i8, {{.*}} i64 24
// CHECK: {{^}$}}
coro_generator(int) generator(int n)
{
    coro_begin_generator(int);
    coro_yield(n);
    coro_return();
}
