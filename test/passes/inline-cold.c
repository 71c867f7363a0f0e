// Awaits that the source calls unlikely stay linked, but for CORO_INLINE, which also overrides sizes.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline<callee=10>' -pass-remarks=coro-inline -pass-remarks-missed=coro-inline -o /dev/null 2>&1 | FileCheck %s
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline' -pass-remarks=coro-inline -pass-remarks-missed=coro-inline -o /dev/null 2>&1 | FileCheck %s --check-prefix=LARGE
#include <coroinline/coro.h>

#define CHILD(attributes, name)                                                                    \
    attributes coro_task(int) name(int n)                                                          \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }
CHILD(, plain)
CHILD(static, only_here)
CHILD(CORO_INLINE, always)
CHILD(__attribute__((cold)), cold)

coro_task(int) awaits(int n)
{
    coro_begin(int);
    // LARGE-DAG: 'plain' inlined into 'awaits'
    // CHECK-DAG: 'plain' not inlined into 'awaits': it has {{[0-9]+}} instructions (callee=10)
    n = coro_await(plain(n));
    // A body that moves does not grow.
    // CHECK-DAG: 'only_here' inlined into 'awaits'
    n = coro_await(only_here(n));
    // CHECK-DAG: 'always' inlined into 'awaits'
    n = coro_await(always(n));
    // CHECK-DAG: 'cold' not inlined into 'awaits': it has the attribute cold
    n = coro_await(cold(n));
    coro_return(n);
}

coro_task(int) seldom(int n)
{
    coro_begin(int);
    for (int i = 0; i < n; i++)
        if (__builtin_expect(n % 7 == 3, 0)) {
            // CHECK-DAG: 'plain' not inlined into 'seldom': the await is on a path that is hardly ever taken
            n = coro_await(plain(n));
            // CHECK-DAG: 'always' inlined into 'seldom'
            n = coro_await(always(n));
        }
    coro_return(n);
}

// Optimised for size, less is copied.
__attribute__((minsize)) coro_task(int) small(int n)
{
    coro_begin(int);
    // LARGE-DAG: 'plain' inlined into 'small'
    n = coro_await(plain(n));
    // CHECK-DAG: 'always' inlined into 'small'
    n = coro_await(always(n));
    coro_return(n);
}
