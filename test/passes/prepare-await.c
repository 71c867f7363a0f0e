// An await is a complete linked call before any inlining: save, transfer, suspend.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir -DCORO_NO_INLINE %s | %opt -passes=coro-prepare -S | FileCheck %s --check-prefixes=CHECK,LINKED
#include <coroinline/coro.h>

coro_task(int) child(int n);

// CHECK-LABEL: define {{.*}} @parent(
// CHECK: [[SELF:%[^ ]+]] = call ptr @llvm.coro.begin(
// CHECK: [[TASK:%[^ ]+]] = call ptr @child(
// CHECK: [[SAVE:%[^ ]+]] = call token @llvm.coro.save(ptr [[SELF]])
// CHECK-NEXT: call void @llvm.coro.await.suspend.handle(ptr [[TASK]], ptr [[SELF]], ptr @coro__enter) #[[#TRANSFER:]]
// CHECK-NEXT: [[S:%[^ ]+]] = call i8 @llvm.coro.suspend(token [[SAVE]], i1 false) #[[#TAG:]]
// CHECK-NEXT: switch i8 [[S]]
// CHECK: getelementptr {{.*}} [[TASK]], i64 32
// CHECK: call void @llvm.coro.destroy(ptr [[TASK]])
// CHECK: attributes #[[#TRANSFER]] = { {{.*}}"coroinline-await
// LINKED: attributes #[[#TAG]] = { nomerge "coroinline-await-linked" }
coro_task(int) parent(int n)
{
    coro_begin(int);
    int result = coro_await(child(n));
    coro_return(result);
}
