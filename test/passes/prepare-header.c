// The header of a task stands behind two pointers, at an alignment of 8, whatever the size of a pointer.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s -DOFFSET=16 -DINT=i64
// RUN: %c-to-ir --target=aarch64-linux-gnu -ffreestanding %s | %opt -passes=coro-prepare -S | FileCheck %s -DOFFSET=16 -DINT=i64
// RUN: %c-to-ir --target=i686-linux-gnu -ffreestanding %s | %opt -passes=coro-prepare -S | FileCheck %s -DOFFSET=8 -DINT=i32
// RUN: %c-to-ir --target=arm-linux-gnueabihf -ffreestanding %s | %opt -passes=coro-prepare -S | FileCheck %s -DOFFSET=8 -DINT=i32
#include <coroinline/coro.h>

coro_task(int) child(void);

// CHECK-LABEL: define {{.*}} @parent(
// CHECK: [[UP:%.+]] = getelementptr i8, ptr [[TASK:%.+]], i64 [[OFFSET]]
// CHECK: [[ROOT:%.+]] = load ptr, ptr [[UP]]
// CHECK: icmp eq ptr [[TASK]], [[ROOT]]
// CHECK-LABEL: define {{.*}} @coro__header_of(
// CHECK: getelementptr inbounds{{.*}} i8, ptr %{{.+}}, [[INT]] [[OFFSET]]
coro_task(int) parent(void)
{
    coro_begin(int);
    coro_return(coro_await(child()));
}
