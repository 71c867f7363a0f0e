// A prepared module is left as it is: link-time pipelines may run the pass again.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S -o %t.once.ll
// RUN: %opt -passes=coro-prepare -S %t.once.ll -o %t.twice.ll
// RUN: diff -I '^; ModuleID' -I '; preds = ' %t.once.ll %t.twice.ll
#include <coroinline/coro.h>

static coro_task(int) child(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

coro_task(int) parent(int n)
{
    coro_begin(int);
    int vla[n];
    vla[0] = n;
    n = vla[0];
    coro_return(n);
}

int run(int n)
{
    return coro_run(child(n)) + coro_run(parent(n));
}
