// Generators that stay linked, with the reason.
// RUN: %cc -O2 -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s --implicit-check-not=remark:
// RUN: %cc -O2 -DCORO_NO_INLINE -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s --check-prefix=LINKED
#include <coroinline/coro.h>

static coro_generator(int) range(int from, int to)
{
    coro_begin_generator(int);
    for (int i = from; i < to; i++)
        coro_yield(i);
    coro_return();
}

static CORO_NOINLINE coro_generator(int) apart(int n)
{
    coro_begin_generator(int);
    while (n)
        coro_yield(n--);
    coro_return();
}

static coro_generator(int) again(int n)
{
    coro_begin_generator(int);
    if (n > 0) {
        // CHECK-DAG: refused.c:[[#@LINE+1]]:9: remark: 'again' not inlined into 'again': it is a recursive generator
        coro_await_for (v, again(n - 1))
            coro_yield(v);
        coro_yield(n);
    }
    coro_return();
}

/* In turns. */
static coro_generator(int) tick(int n);
static coro_generator(int) tock(int n)
{
    coro_begin_generator(int);
    // CHECK-DAG: refused.c:[[#@LINE+1]]:5: remark: 'tick' not inlined into 'tock': it is a recursive generator
    coro_await_for (v, tick(n - 1))
        coro_yield(-v);
    coro_return();
}
static coro_generator(int) tick(int n)
{
    coro_begin_generator(int);
    coro_yield(n);
    if (n > 0)
        // CHECK-DAG: refused.c:[[#@LINE+1]]:9: remark: 'tock' not inlined into 'tick': it is a recursive generator
        coro_await_for (v, tock(n - 1))
            coro_yield(v);
    coro_return();
}

coro_generator(int) elsewhere(void);

coro_task(int) consumer(int n, coro_generator(int) given)
{
    coro_begin(int);
    int sum = 0, v;
    // CHECK-DAG: refused.c:[[#@LINE+2]]:5: remark: 'range' inlined into 'consumer'
    // LINKED-DAG: refused.c:[[#@LINE+1]]:5: remark: 'range' not inlined into 'consumer': CORO_NO_INLINE is defined
    coro_await_for (x, range(0, n))
        sum += x;
    // CHECK-DAG: refused.c:[[#@LINE+1]]:5: remark: 'apart' not inlined into 'consumer': it has the attribute noinline
    coro_await_for (x, apart(n))
        sum += x;
    // CHECK-DAG: refused.c:[[#@LINE+1]]:5: remark: 'again' not inlined into 'consumer': it is a recursive generator
    coro_await_for (x, again(n))
        sum += x;
    // CHECK-DAG: refused.c:[[#@LINE+1]]:5: remark: 'tick' not inlined into 'consumer': it is a recursive generator
    coro_await_for (x, tick(n))
        sum += x;
    // CHECK-DAG: refused.c:[[#@LINE+1]]:5: remark: 'elsewhere' not inlined into 'consumer': its definition is not in this file
    coro_await_for (x, elsewhere())
        sum += x;
    // CHECK-DAG: refused.c:[[#@LINE+1]]:9: remark: a generator not inlined into 'consumer': its coroutine is not known here
    if (coro_await_next(given, &v))
        sum += v;
    coro_generator(int) mine = range(0, n);
    // CHECK-DAG: refused.c:[[#@LINE+1]]:9: remark: 'range' not inlined into 'consumer': its task is used for more than the await
    if (coro_await_next(mine, &v))
        sum += v;
    coro_destroy(mine);
    coro_return(sum);
}
