// Awaits of one of several tasks: one await for each that is known, another one for the rest.
// clang itself compares the remarks with what stands here: each has to come, and no other one.
// RUN: %cc -O2 -w -Xclang -verify -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline
// No more than so many targets of a pointer:
// RUN: %c-to-ir -w %s | %opt -passes='coro-prepare,coro-inline<targets=1>' -pass-remarks=coro-inline -disable-output 2>&1 | FileCheck %s --implicit-check-not="'g' inlined into 'pointer'"
// CHECK: 'f' inlined into 'pointer'
// Calls that are checked for the type of what they call can't be taken apart:
// RUN: %cc -O2 -w -fsanitize=kcfi -Xclang -verify=kcfi -c %s -o %t.o -Rpass-missed=coro-inline
#include <coroinline/coro.h>

#define CHILD(name)                                                                                \
    static coro_task(int) name(int n)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }
CHILD(f)
CHILD(g)
coro_task(int) elsewhere(int n);
coro_task(int) elsewhere_too(int n);
static coro_task(int) (*const table[])(int) = {f, g};

coro_task(int) pointer(int n)
{
    coro_begin(int);
    // kcfi-remark@+3 {{its coroutine is not known here}}
    // expected-remark@+2 {{'f' inlined into 'pointer'}}
    // expected-remark@+1 {{'g' inlined into 'pointer'}}
    coro_return(coro_await(table[n](n)));
}

coro_task(int) one_of_many(int n)
{
    coro_begin(int);
    coro_task(int) task;
    switch (n) {
    case 1:
        task = f(n);
        break;
    case 2:
        task = elsewhere(n);
        break;
    default:
        task = elsewhere_too(n);
    }
    // kcfi-remark@+3 {{its coroutine is not known here}}
    // expected-remark@+2 {{'f' inlined into 'one_of_many'}}
    // expected-remark@+1 {{its coroutine is not known here}}
    coro_return(coro_await(task));
}
