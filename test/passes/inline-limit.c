// The pass's parameter bounds how large an awaiter may grow; the remark has the numbers.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline<limit=1000>' -pass-remarks=coro-inline -o /dev/null 2>&1 | FileCheck %s --check-prefix=YES
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline<limit=10>' -pass-remarks-missed=coro-inline -o /dev/null 2>&1 | FileCheck %s --check-prefix=NO
// RUN: not %opt -passes='coro-inline<limit=ten>' %S/no-coroutines.ll -o /dev/null 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not %opt -passes='coro-inline<deep>' %S/no-coroutines.ll -o /dev/null 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: %opt -passes='coro-prepare,coro-inline<limit=7;unroll=1>,function(coro-lower-alloca)' -print-pipeline-passes -disable-output %S/no-coroutines.ll | FileCheck %s --check-prefix=PRINT
// YES: 'child' inlined into 'parent'
// NO: 'child' not inlined into 'parent': the awaiter would have {{[0-9]+}} instructions (limit=10)
// BAD: CoroInline: invalid parameter '{{limit=ten|deep}}' of coro-inline: expected any of limit=N, callee=N, small-callee=N, targets=N, unroll=N, unroll-limit=N
// PRINT: coro-inline<limit=7;callee=2000;small-callee=500;targets=4;unroll=1;unroll-limit=5000>
#include <coroinline/coro.h>

static coro_task(int) child(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

coro_task(int) parent(int n)
{
    coro_begin(int);
    int result = coro_await(child(n));
    coro_return(result);
}
