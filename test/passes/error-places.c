// An error names its line where that is known: of a marker always, and of all else with -g. Else it names that of coro_begin,
// and says how to be told more.
// RUN: not %cc -c %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: not %cc -g -c %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=LINES --implicit-check-not='names its line'
#include <coroinline/coro.h>

coro_task(int) jumps(int n)
{
    static void *const to[] = {&&first, &&second};
    // PLAIN-DAG: error-places.c:[[@LINE+1]]:{{[0-9]+}}: error: CoroInline: in 'jumps': a computed goto in a coroutine (with -g, this error names its line){{$}}
    coro_begin(int);
    // LINES-DAG: error-places.c:[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}CoroInline: in 'jumps': a computed goto in a coroutine
    goto *to[n & 1];
first:
    coro_suspend();
second:
    coro_return(n);
}

coro_task(int) skips(int n)
{
    if (n)
        goto behind;
    coro_begin(int);
behind:
    // PLAIN-DAG: error-places.c:[[@LINE+2]]:{{[0-9]+}}: error: CoroInline: in 'skips': control can come here without passing coro_begin{{$}}
    // LINES-DAG: error-places.c:[[@LINE+1]]:{{[0-9]+}}: error: CoroInline: in 'skips': control can come here without passing coro_begin{{$}}
    coro_suspend();
    coro_return(n);
}

coro_task(int) assembly(int n)
{
    coro_begin(int);
    // PLAIN-DAG: error-places.c:[[@LINE+2]]:{{[0-9]+}}: error: CoroInline: in 'assembly': an asm goto in a coroutine{{$}}
    // LINES-DAG: error-places.c:[[@LINE+1]]:{{[0-9]+}}: error: CoroInline: in 'assembly': an asm goto in a coroutine{{$}}
    __asm__ goto("" : : : : out);
out:
    coro_suspend();
    coro_return(n);
}
