// Where there is no memory for a frame, the call returns a NULL task, past the coro.begin.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir --target=i686-linux-gnu -ffreestanding %s | %opt -passes=coro-prepare -S | FileCheck %s --check-prefix=SRET
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK: call ptr @coro__frame_new(
// CHECK: br i1 {{.*}}, label %{{[^,]+}}, label %[[NONE:.+]]
// CHECK: {{^}}[[NONE]]:
// CHECK-NEXT: ret ptr null
// CHECK: call ptr @llvm.coro.begin(
// SRET: define {{.*}} @coroutine(ptr {{.*}}sret({{.*}} [[RESULT:%[^ ,)]+]],
// SRET: call ptr @coro__frame_new(
// SRET: store ptr null, ptr [[RESULT]]
// SRET-NEXT: ret void
// SRET: call ptr @llvm.coro.begin(
coro_task(int) coroutine(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}
