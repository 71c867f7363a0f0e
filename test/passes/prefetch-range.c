// A range of a size that the compiler knows is asked for without a loop, wherever it begins: but for
// the line that it may have more.
// RUN: %cc -O2 -S -emit-llvm -DCORO_NO_INLINE %s -o - | FileCheck %s
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}}@sum.resume(
// CHECK-COUNT-4: call void @llvm.prefetch
// CHECK-NOT: {{phi ptr|= phi i64}}
// CHECK-COUNT-1: call void @llvm.prefetch
// CHECK-NOT: {{phi|prefetch}}
// CHECK: {{^}}}
coro_task(int) sum(const char *p)
{
    coro_begin(int);
    coro_prefetch_range(p, 256);
    coro_return(p[0] + p[255]);
}
