// The address of a variable in the frame that only some resumptions need is computed by these alone, and not
// at the start of the resume function.
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %cc -O2 -g -S -emit-llvm %s -o - | FileCheck %s
#include <coroinline/coro.h>

void fill(long *);
long get(void);

// CHECK: define {{.*}}@some.resume(ptr {{[^%]*}}[[FRAME:%[^ ]+]]) {{.*}}{
// CHECK-NOT: getelementptr
// CHECK: [[INDEX:%[^ ]+]] = getelementptr {{.*}}[[FRAME]]
// CHECK-NEXT: load i{{[0-9]}}, ptr [[INDEX]]
// CHECK-NOT: getelementptr
// CHECK: switch
// CHECK: getelementptr {{.*}}[[FRAME]]
// CHECK: call void @fill(

coro_task(int) some(int count)
{
    coro_begin(int);
    long a[3], b[5];
    fill(a), fill(b);
    for (int i = 0; i < count; i++) {
        coro_suspend();
        if (get()) {
            fill(b);
            coro_suspend();
        } else if (get()) {
            fill(a);
            coro_suspend();
            get();
        }
        coro_suspend();
    }
    coro_return((int)(a[1] + b[2]));
}
