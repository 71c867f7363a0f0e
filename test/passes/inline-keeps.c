// What this file inlines wherever it awaits it stays there for other files, unless it is static.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,verify' -S -pass-remarks=coro-inline 2>%t.remarks | FileCheck %s --implicit-check-not='define {{.*}}@own_'
// RUN: grep -c "inlined into 'awaits_all'" %t.remarks | grep -x 6
// CHECK-DAG: define {{.*}}@coroutine(
// CHECK-DAG: define {{.*}}@helper(
// CHECK-DAG: define {{.*}}@generator(
#include <coroinline/coro.h>

#define ALL(linkage, prefix)                                                                       \
    linkage coro_task(int) prefix##coroutine(int n)                                                \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }                                                                                              \
    linkage coro_task(int) prefix##helper(int n)                                                   \
    {                                                                                              \
        return prefix##coroutine(n + 1);                                                           \
    }                                                                                              \
    linkage coro_generator(int) prefix##generator(int n)                                           \
    {                                                                                              \
        coro_begin_generator(int);                                                                 \
        coro_yield(n);                                                                             \
        coro_return();                                                                             \
    }
ALL(, )
ALL(static, own_)

coro_task(int) awaits_all(int n)
{
    coro_begin(int);
    int sum = coro_await(helper(n)) + coro_await(own_helper(n));
    coro_await_for (v, generator(n))
        sum += v;
    coro_await_for (v, own_generator(n))
        sum += v;
    coro_return(sum);
}
