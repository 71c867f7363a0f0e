// Of the coroutines that a pointer may point to, each is inlined: also where that is known only after another one has been inlined, and where it is a plain function that makes the task.
// RUN: %c-to-ir %s | %opt -verify-analysis-invalidation -passes='coro-prepare,coro-inline' -disable-output -pass-remarks=coro-inline -pass-remarks-missed=coro-inline 2>&1 | sed 's/^.*remark: [^ ]* //' | sort | FileCheck %s --implicit-check-not=inlined
#include <coroinline/coro.h>

static coro_task(int) one(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 1);
}

static coro_task(int) two(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 2);
}

static coro_task(int) through(coro_task(int) (*f)(int), int x)
{
    coro_begin(int);
    coro_return(coro_await(f(x)));
}

// CHECK: 'any' inlined into 'knows'
// CHECK: 'helper', a plain function, inlined into 'from_table'
// CHECK: 'one' inlined into 'from_table'
// CHECK: 'one' inlined into 'knows'
// CHECK: 'one' inlined into 'through'
// CHECK: 'through' inlined into 'chooses'
// CHECK: 'two' inlined into 'from_table'
// CHECK: 'two' inlined into 'knows'
// CHECK: 'two' inlined into 'through'
coro_task(int) chooses(int x)
{
    coro_begin(int);
    coro_return(coro_await(through(x & 1 ? one : two, x)));
}

static coro_task(int) helper(int x)
{
    return one(x + 5);
}

static coro_task(int) (*const table[])(int) = {helper, two};

coro_task(int) from_table(int x)
{
    coro_begin(int);
    coro_return(coro_await(table[x](x)));
}

// Others may call it with another one.
// CHECK: an awaited task not inlined into 'any': its coroutine is not known here
coro_task(int) any(coro_task(int) (*f)(int), int x)
{
    coro_begin(int);
    coro_return(coro_await(f(x)));
}

coro_task(int) knows(int x)
{
    coro_begin(int);
    coro_return(coro_await(any(x & 1 ? one : two, x)));
}
