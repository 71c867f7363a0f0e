// A loop in a plain function over a generator that it makes itself is fused with it: no call is left,
// and LLVM puts the frame on the stack. That goes for a generator that coroutines ask for values, too,
// and for one whose values the function asks for by hand.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks='coro-devirt|coro-elide' -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks
// REMARKS-DAG: remark: {{.*}}devirt-generator.c:[[#@LINE+30]]:5: 'range' fused into 'sum'
// REMARKS-DAG: remark: {{.*}} 'range' elided in 'sum'
// REMARKS-DAG: remark: {{.*}}devirt-generator.c:[[#@LINE+41]]:5: 'shared' fused into 'sum_of_shared'
// REMARKS-DAG: remark: {{.*}} 'shared' elided in 'sum_of_shared'
// REMARKS-DAG: remark: {{.*}}devirt-generator.c:[[#@LINE+48]]:9: 'shared' fused into 'by_hand'
#include <coroinline/coro.h>

static coro_generator(int) range(int from, int to)
{
    coro_begin_generator(int);
    for (int i = from; i < to; i++)
        coro_yield(i);
    coro_return();
}

coro_generator(int) shared(int n)
{
    coro_begin_generator(int);
    while (n)
        coro_yield(n--);
    coro_return();
}

// CHECK-LABEL: define {{.*}}i32 @sum(
// CHECK-NOT: {{call .*@(coro__|llvm.coro|range|.*resume)}}
// CHECK-NOT: call fastcc
// CHECK: ret i32
int sum(int n)
{
    int sum = 0;
    coro_for (v, range(0, n))
        if (v != 5)
            sum += v;
    return sum;
}

// CHECK-LABEL: define {{.*}}i32 @sum_of_shared(
// CHECK-NOT: {{call .*@(coro__|llvm.coro|shared|.*resume)}}
// CHECK-NOT: call fastcc
// CHECK: ret i32
int sum_of_shared(int n)
{
    int sum = 0;
    coro_for (v, shared(n))
        sum += v;
    return sum;
}

int by_hand(int n)
{
    coro_generator(int) g = shared(n);
    int v = 0;
    if (coro_next(g, &v)) /* and the end is not asked for */
        v++;
    coro_destroy(g);
    return v;
}
