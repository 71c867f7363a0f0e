// What is said of generators: once of each, where the source has it, whatever is inlined beside it.
// RUN: %c-to-ir -gline-tables-only %s >%t.ll
// RUN: %opt -passes=coro-prepare,coro-inline -verify-analysis-invalidation -pass-remarks=coro-inline -pass-remarks-missed=coro-inline -disable-output %t.ll 2>&1 | FileCheck %s --implicit-check-not=inlined
// RUN: %opt -passes=coro-prepare,coro-inline -pass-remarks=coro-inline -pass-remarks-missed=coro-inline -disable-output %t.ll 2>&1 | sort | uniq -d | count 0
// RUN: %opt -passes='coro-prepare,coro-inline<limit=150>' -pass-remarks=coro-inline -pass-remarks-missed=coro-inline -disable-output %t.ll 2>&1 | FileCheck %s --check-prefix=LIMIT
#include <coroinline/coro.h>

static CORO_NOINLINE coro_generator(int) apart(int n)
{
    coro_begin_generator(int);
    while (n)
        coro_yield(n--);
    coro_return();
}

static coro_generator(int) range(int n)
{
    coro_begin_generator(int);
    while (n)
        coro_yield(n--);
    coro_return();
}

// Refused where it stands, and so not spoken of where it goes.
static coro_generator(int) through(int n)
{
    coro_begin_generator(int);
    // CHECK: remarks.c:[[#@LINE+1]]:5: 'apart' not inlined into 'through': it has the attribute noinline
    coro_await_for (v, apart(n))
        coro_yield(v);
    coro_return();
}

coro_task(int) consumer(int n, coro_generator(int) one, coro_generator(int) other)
{
    coro_begin(int);
    int sum = 0, v;
    // CHECK: remarks.c:[[#@LINE+1]]:9: a generator not inlined into 'consumer': its coroutine is not known here
    if (coro_await_next(one, &v))
        sum += v;
    // CHECK: remarks.c:[[#@LINE+1]]:9: a generator not inlined into 'consumer': its coroutine is not known here
    if (coro_await_next(other, &v))
        sum += v;
    coro_generator(int) twice = apart(n);
    // CHECK: remarks.c:[[#@LINE+1]]:9: 'apart' not inlined into 'consumer': it has the attribute noinline
    if (coro_await_next(twice, &v))
        sum += v;
    if (coro_await_next(twice, &v))
        sum += v;
    coro_destroy(twice);
    // CHECK: remarks.c:[[#@LINE+2]]:5: 'through' inlined into 'consumer'
    // LIMIT: remarks.c:[[#@LINE+1]]:5: 'through' not inlined into 'consumer': the awaiter would have {{.*}} instructions (limit=150)
    coro_await_for (x, through(n))
        sum += x;
    // CHECK: remarks.c:[[#@LINE+1]]:5: 'range' inlined into 'consumer'
    coro_await_for (x, range(n))
        sum += x;
    coro_return(sum);
}
