// What a variable has at a suspend and nothing uses behind it is not in the frame: behind the resume
// its value is not known, and not that of a place where control has not come from.
// RUN: %cc -g -O2 -S -emit-llvm -o - %s | FileCheck %s
#include <coroinline/coro.h>

void use(int);
int next(void);

// CHECK-LABEL: define {{.*}} @f.resume(
// CHECK: [[LAST:%[0-9]+]] = phi i32
// CHECK: #dbg_value(i32 [[LAST]], [[VARIABLE:![0-9]+]],
// CHECK: call void @use(i32 {{.*}}[[LAST]])
// CHECK: #dbg_value(i32 poison, [[VARIABLE]],
// CHECK-NOT: #dbg_value({{.*}}, [[VARIABLE]],
// CHECK: call i32 @next()
// CHECK: [[VARIABLE]] = !DILocalVariable(name: "last"
coro_task(void) f(void)
{
    coro_begin(void);
    int last = 0;
    do {
        use(last);
        coro_suspend();
        last = next();
    } while (last);
    coro_return();
}
