// What comes with the body of a coroutine that is called once is looked at like any other await: a
// recursive generator is none, and a task that was passed on is not the body's.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline,verify' -S %t.ll -o %t.out.ll -pass-remarks=coro-inline -pass-remarks-missed=coro-inline 2>%t.remarks
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not=' inlined into '
// RUN: FileCheck %s --input-file=%t.out.ll
// REMARKS-DAG: 'countdown' not inlined into 'countdown': it is a recursive generator
// REMARKS-DAG: 'countdown' not inlined into 'asks': it is a recursive generator
// REMARKS-DAG: 'asks' inlined into 'awaits_asks'
// REMARKS-DAG: 'passed_on' inlined into 'passes_on'
// REMARKS-DAG: an awaited task not inlined into 'passed_on': its coroutine is not known here
#include <coroinline/coro.h>

static coro_generator(int) countdown(int n)
{
    coro_begin_generator(int);
    if (n > 0) {
        coro_yield(n);
        coro_await_for (v, countdown(n - 1))
            coro_yield(v);
    }
    coro_return();
}

static coro_task(int) asks(int n)
{
    coro_begin(int);
    int sum = 0;
    coro_await_for (v, countdown(n))
        sum += v;
    coro_return(sum);
}

// CHECK-LABEL: define {{.*}} @awaits_asks(
// CHECK: call ptr @countdown(
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}} @coro__enter_generator)
// CHECK: {{^}$}}
coro_task(int) awaits_asks(int n)
{
    coro_begin(int);
    coro_return(coro_await(asks(n)));
}

static coro_task(int) passed_on(coro_task(int) given)
{
    coro_begin(int);
    coro_return(coro_await(given));
}

coro_task(int) passes_on(coro_task(int) given)
{
    coro_begin(int);
    coro_return(coro_await(passed_on(given)));
}
