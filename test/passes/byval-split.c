// A struct passed by value is copied to the frame once, in one piece, and read there.
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s
#include <coroinline/coro.h>

struct large {
    long word[40];
};
int use(const struct large *);

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK: call void @llvm.memcpy.p0.p0.i64({{.*}} i64 320, i1 false)
// CHECK: {{^}$}}
// CHECK-LABEL: define {{.*}} @coroutine.resume(
// CHECK-NOT: call void @llvm.memcpy
// CHECK: call i32 @use(
coro_task(int) coroutine(struct large arg)
{
    coro_begin(int);
    coro_suspend();
    coro_return(use(&arg));
}
