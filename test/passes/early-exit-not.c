// What leads to an early exit must leave no trace: where the task is needed, it happens again.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline<callee=10>,verify' -S %t.ll -o /dev/null -pass-remarks=coro-inline 2>&1 | FileCheck %s --implicit-check-not='early exits'
// CHECK: the early exits of 'without_trace' inlined into 'awaits_without_trace'
#include <coroinline/coro.h>
#include <string.h>

extern int cache[64];
void touch(void);

#define AWAITED(name)                                                                              \
    coro_task(int) awaits_##name(int n)                                                            \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_return(coro_await(name(n)));                                                          \
    }

coro_task(int) without_trace(int n)
{
    coro_begin(int);
    if (n < 0)
        coro_return(0);
    while (n--)
        coro_prefetch(&cache[n]);
    coro_return(cache[n]);
}
AWAITED(without_trace)

coro_task(int) writes_volatile_local(int n)
{
    coro_begin(int);
    volatile int seen = n;
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(seen);
}
AWAITED(writes_volatile_local)

// No store, but what writes all the same.
coro_task(int) clears(int n)
{
    coro_begin(int);
    memset(cache, 0, sizeof cache);
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
AWAITED(clears)

// A loop may run long, twice then.
coro_task(int) loops(int n)
{
    coro_begin(int);
    while (n > 1)
        n = n % 2 ? 3 * n + 1 : n / 2;
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
AWAITED(loops)

coro_task(int) has_dynamic_array(int n)
{
    coro_begin(int);
    {
        int numbers[n];
        if (cache[0] < n)
            coro_return((int)sizeof numbers);
    }
    coro_suspend();
    coro_return(n);
}
AWAITED(has_dynamic_array)

coro_task(int) touches_in_branch_at_call(int n)
{
    if (n % 2)
        touch();
    coro_begin(int);
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
AWAITED(touches_in_branch_at_call)

coro_task(int) loops_at_call(int n)
{
    while (n > 1)
        n = n % 2 ? 3 * n + 1 : n / 2;
    memset(cache, 0, sizeof cache);
    coro_begin(int);
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
AWAITED(loops_at_call)

// Nothing can end it before it has suspended.
coro_task(int) suspends_first(int n)
{
    coro_begin(int);
    coro_suspend();
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
AWAITED(suspends_first)

coro_task(int) never_suspends(int n)
{
    coro_begin(int);
    if (n < 0)
        coro_return(0);
    coro_return(cache[n]);
}
AWAITED(never_suspends)

coro_task(int) ends_in_trap(int n)
{
    coro_begin(int);
    if (n < 0)
        __builtin_trap();
    coro_suspend();
    coro_return(n);
}
AWAITED(ends_in_trap)

// Behind a branch in the awaiter that comes back, too.
coro_task(int) awaits_behind_branch(int n)
{
    coro_begin(int);
    coro_task(int) task = without_trace(n);
    if (n % 2)
        touch();
    coro_return(coro_await(task));
}
