// A root ends by the final suspend, an awaited task by leaving for its awaiter.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: br i1 {{.*}}, label %[[FINAL:[^,]+]], label %[[LEAVE:.+]]
// CHECK: {{^}}[[FINAL]]:
// CHECK-NEXT: call i8 @llvm.coro.suspend(token none, i1 true)
// CHECK: {{^}}[[LEAVE]]:
// CHECK-NEXT: [[SAVE:%[^ ]+]] = call token @llvm.coro.save(ptr [[SELF]])
// CHECK-NEXT: call void @llvm.coro.await.suspend.handle(ptr [[SELF]], ptr [[SELF]], ptr @coro__leave)
// CHECK-NEXT: call i8 @llvm.coro.suspend(token [[SAVE]], i1 false) #[[#TAG:]]
// CHECK: attributes #[[#TAG]] = { nomerge "coroinline-leave" }
coro_task(int) coroutine(int n)
{
    coro_begin(int);
    coro_return(n);
}
