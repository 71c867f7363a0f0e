// A generator that asks two which ask each other is inlined; those are not, and the search for whom they ask ends.
// RUN: %cc -O2 -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s
#include <coroinline/coro.h>

static coro_generator(int) second(int n);

static coro_generator(int) first(int n)
{
    coro_begin_generator(int);
    if (n > 0)
        // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: 'second' not inlined into 'first': it is a recursive generator
        coro_await_for (v, second(n - 1))
            coro_yield(v);
    coro_return();
}

static coro_generator(int) second(int n)
{
    coro_begin_generator(int);
    coro_yield(n);
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: 'first' not inlined into 'second': it is a recursive generator
    coro_await_for (v, first(n - 1))
        coro_yield(v);
    coro_return();
}

static coro_generator(int) begins(int n)
{
    coro_begin_generator(int);
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: 'first' not inlined into 'begins': it is a recursive generator
    coro_await_for (v, first(n))
        coro_yield(v);
    coro_return();
}

coro_task(int) sum(int n)
{
    coro_begin(int);
    int all = 0;
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: remark: 'begins' inlined into 'sum'
    coro_await_for (v, begins(n))
        all += v;
    coro_return(all);
}
