// What is called in one place only goes into its awaiter as it stands, and what it awaits follows;
// nothing is left of it. The remarks name the coroutine that the await is written in.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline,verify' -S %t.ll -o %t.out.ll -pass-remarks=coro-inline -pass-remarks-missed=coro-inline 2>%t.remarks
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks
// RUN: FileCheck %s --input-file=%t.out.ll --implicit-check-not='@{{bottom|middle|top}}('
// RUN: %opt -passes='coro-prepare,coro-inline<limit=250>,verify' %t.ll -disable-output -pass-remarks=coro-inline -pass-remarks-missed=coro-inline 2>&1 | FileCheck %s --check-prefix=LIMIT
// REMARKS-DAG: 'bottom' inlined into 'middle'
// REMARKS-DAG: 'middle' inlined into 'top'
// REMARKS-DAG: 'top' inlined into 'outside'
// REMARKS-DAG: 'rare' not inlined into 'middle': the await is on a path that is hardly ever taken
// LIMIT-DAG: 'top' inlined into 'outside'
// LIMIT-DAG: 'middle' not inlined into 'top': the awaiter would have {{[0-9]+}} instructions (limit=250)
// LIMIT-DAG: 'bottom' inlined into 'middle'
#include <coroinline/coro.h>

static coro_task(int) bottom(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 1);
}

static coro_task(int) rare(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x * 2);
}

static coro_task(int) middle(int x)
{
    coro_begin(int);
    x = coro_await(bottom(x));
    if (__builtin_expect_with_probability(x == 0, 1, 0.0001))
        x = coro_await(rare(x));
    coro_return(x);
}

static coro_task(int) top(int x)
{
    coro_begin(int);
    coro_return(coro_await(middle(x)));
}

// CHECK: define {{.*}}@outside(
// CHECK: call ptr @rare(
// CHECK: define {{.*}}@rare(
coro_task(int) outside(int x)
{
    coro_begin(int);
    coro_return(coro_await(top(x)));
}
