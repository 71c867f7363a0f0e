// A linked await: what the awaited task does up to its first suspend goes into its awaiter, and it
// need not ask whether it is a root when it ends, nor be ready to be resumed after that, nor keep
// where it starts: by the time that anybody looks it is at a suspend. When it ends, the awaiter goes
// on without a call: see fuse-returns.c.
// RUN: %c-to-ir -gline-tables-only -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks
// REMARKS: devirt-linked.c:56:{{[0-9]+}}: 'inner' fused into 'middle.resume'
// REMARKS: devirt-linked.c:62:{{[0-9]+}}: 'middle' fused into 'outer.resume'
#include <coroinline/coro.h>

int work(int);

static coro_task(int) inner(int x)
{
    coro_begin(int);
    x = work(x);
    coro_suspend();
    coro_return(x + 1);
}

// CHECK-LABEL: define {{.*}} @inner.resume(
// CHECK-NOT: store ptr null
// CHECK-NOT: switch i
// CHECK: br i1
// CHECK-NOT: br i1
// CHECK: [[IS_MIDDLE:%.*]] = icmp eq ptr %{{.*}}, @middle.resume
// CHECK-NEXT: br i1 [[IS_MIDDLE]], label %[[MIDDLE:.*]], label %[[OTHER:[^,]*]]
// CHECK: {{^}}[[MIDDLE]]:
// CHECK: icmp eq ptr %{{.*}}, @outer.resume
// CHECK: musttail call fastcc void %
// CHECK: musttail call fastcc void %
// CHECK: {{^}}[[OTHER]]:
// CHECK: store i32
// CHECK-NEXT: store i2
// CHECK-NEXT: musttail call fastcc void %
// CHECK-NOT: musttail
// CHECK: {{^}$}}

// CHECK-LABEL: define {{.*}} @middle.resume(
// CHECK-NOT: musttail call fastcc void @
// CHECK-NOT: store i2 0
// CHECK: call i32 @work(
// CHECK-NOT: musttail call fastcc void @
// CHECK: {{^}$}}

// CHECK-LABEL: define {{.*}} @outer.resume(
// CHECK-NOT: musttail call fastcc void @
// CHECK-NOT: store i2 0
// CHECK: call i32 @work(
// CHECK-NOT: musttail call fastcc void @
// CHECK: {{^}$}}
static coro_task(int) middle(int x)
{
    coro_begin(int);
    coro_return(coro_await(inner(x + 2)));
}

coro_task(int) outer(int x)
{
    coro_begin(int);
    coro_return(coro_await(middle(x + 3)));
}
