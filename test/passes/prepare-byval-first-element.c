// A pointer to the first element, or to the first of several structs, is no way into an array that ends
// there: how large the argument is, is not known then.
// RUN: not %cc --target=aarch64-linux-gnu -ffreestanding -O2 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc --target=riscv64-linux-gnu -ffreestanding -O0 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %c-to-ir --target=aarch64-linux-gnu -ffreestanding -DKNOWN %s | %opt -passes=coro-prepare -S | FileCheck %s --check-prefix=KNOWN
#include <coroinline/coro.h>

struct large {
    int number[40];
};

#ifndef KNOWN
coro_task(int) element(struct large arg, long i)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'element': parameter 1 is passed by value
    coro_begin(int);
    coro_suspend();
    coro_return((&((int *)&arg)[0])[i]);
}

coro_task(int) row(struct large arg, long i)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'row': parameter 1 is passed by value
    coro_begin(int);
    coro_suspend();
    coro_return((&((int(*)[4]) & arg)[0])[i][1]);
}
#else
// Within a row, C has it stay there.
// KNOWN-LABEL: define {{.*}} @in_a_row(
// KNOWN: alloca [32 x i8], align 16
// KNOWN: {{^}$}}
coro_task(int) in_a_row(struct large arg, long i)
{
    coro_begin(int);
    coro_suspend();
    coro_return(((int(*)[4]) & arg)[0][i] + ((int(*)[4]) & arg)[1][i]);
}
#endif
// CHECK: {{^}}2 errors generated
