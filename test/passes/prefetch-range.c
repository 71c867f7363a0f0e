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

// That it begins with a line is believed, also of a pointer that was a number when it was loaded, as
// those are that are loaded atomically.
// CHECK-LABEL: define {{.*}}@follow.resume(
// CHECK-NOT: {{and i64|ptrmask}}
// CHECK-COUNT-5: call void @llvm.prefetch
// CHECK-NOT: {{phi|prefetch}}
// CHECK: {{^}}}
coro_task(int) follow(char **link)
{
    coro_begin(int);
    const char *p = __atomic_load_n(link, __ATOMIC_ACQUIRE);
    coro_prefetch_range(__builtin_assume_aligned(p, 64), 272);
    coro_return(p[0] + p[271]);
}

// What is in one line whatever happens.
// CHECK-LABEL: define {{.*}}@within_a_line.resume(
// CHECK-COUNT-1: call void @llvm.prefetch
// CHECK-NOT: {{prefetch|ptrmask}}
// CHECK: {{^}}}
coro_task(int) within_a_line(const char *p)
{
    coro_begin(int);
    coro_prefetch_range(__builtin_assume_aligned(p, 32), 32);
    coro_return(p[0] + p[31]);
}
