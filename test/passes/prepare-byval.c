// A struct that the ABI passes in the caller's memory is copied: the caller is gone when it is read.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

struct large {
    long word[12];
};

// CHECK: define {{.*}} @coroutine(ptr noundef byval(%struct.large) align 8 [[ARG:%[^)]+]])
// CHECK: [[COPY:%[^ ]+]] = alloca %struct.large, align 8
// CHECK: call ptr @llvm.coro.begin(
// CHECK-NEXT: call void @llvm.memcpy.p0.p0.i64(ptr align 8 [[COPY]], ptr align 8 [[ARG]], i64 96, i1 false)
// CHECK-NOT: [[ARG]],
// CHECK: getelementptr {{.*}}%struct.large, ptr [[COPY]]
// CHECK-NOT: [[ARG]],
// CHECK: ret
coro_task(int) coroutine(struct large arg)
{
    coro_begin(int);
    coro_return((int)arg.word[3]);
}
