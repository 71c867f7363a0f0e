// Each of 20 levels awaits the next one twice, a million awaits in all: no coroutine grows beyond the
// limit, but for what marks the lives of inlined locals, and the remark has the numbers.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline<limit=1500;callee=100000>,verify,print<coro-await>' %t.ll -pass-remarks-missed=coro-inline -disable-output 2>%t.out
// RUN: FileCheck %s --input-file=%t.out
// RUN: sed -n "s/^'f.*': \([0-9]*\) instructions.*/\1/p" %t.out >%t.sizes
// RUN: awk '$1 > 1575 { large++ } $1 > 1000 { grown++ } END { print NR " coroutines, " (grown ? "some" : "none") " grown, " large + 0 " too large" }' %t.sizes | FileCheck %s --check-prefix=SIZES
// CHECK: not inlined into 'f{{[0-9]+}}': the awaiter would have {{(1[5-9]|[2-9][0-9])[0-9][0-9]}} instructions (limit=1500)
// SIZES: {{^}}21 coroutines, some grown, 0 too large
#include <coroinline/coro.h>

coro_task(int) f20(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 1);
}

#define LEVEL(outer, inner)                                                                        \
    coro_task(int) outer(int x)                                                                    \
    {                                                                                              \
        coro_begin(int);                                                                           \
        int first = coro_await(inner(x));                                                          \
        coro_return(first + coro_await(inner(x + first)));                                         \
    }
LEVEL(f19, f20)
LEVEL(f18, f19)
LEVEL(f17, f18)
LEVEL(f16, f17)
LEVEL(f15, f16)
LEVEL(f14, f15)
LEVEL(f13, f14)
LEVEL(f12, f13)
LEVEL(f11, f12)
LEVEL(f10, f11)
LEVEL(f9, f10)
LEVEL(f8, f9)
LEVEL(f7, f8)
LEVEL(f6, f7)
LEVEL(f5, f6)
LEVEL(f4, f5)
LEVEL(f3, f4)
LEVEL(f2, f3)
LEVEL(f1, f2)
LEVEL(f0, f1)
