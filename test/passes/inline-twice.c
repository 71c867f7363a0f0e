// A second run of the inliner takes in what the first one has left linked and, as nobody but awaiters
// has it, made end in one way alone: the awaiter leaves where it did, and nowhere else.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline<callee=0>' -S %t.ll -o %t.once
// RUN: FileCheck %s --input-file=%t.once --check-prefix=ONCE
// RUN: %opt -passes='coro-inline,verify' -S %t.once | FileCheck %s
#include <coroinline/coro.h>

// ONCE-LABEL: define internal ptr @child(
// ONCE-NOT: @llvm.coro.suspend(token none, i1 true)
// ONCE: call void @llvm.coro.await.suspend.handle({{.*}} @coro__leave)
// ONCE: {{^}$}}
static coro_task(int) child(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

// CHECK-LABEL: define {{.*}}@a(
// CHECK-NOT: @child(
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}} @coro__leave)
// CHECK-NOT: call void @llvm.coro.await.suspend.handle(
// CHECK: {{^}$}}
coro_task(int) a(int n)
{
    coro_begin(int);
    coro_return(1 + coro_await(child(n)));
}
coro_task(int) b(int n)
{
    coro_begin(int);
    coro_return(2 + coro_await(child(n)));
}
